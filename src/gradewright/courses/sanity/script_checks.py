"""Pitfalls in a grader's scripts and in the files beside them: what they lean on that production does not give."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from gradewright.courses.sanity.findings import finding
from gradewright.courses.sanity.program_files import Entry, Files, may, read
from gradewright.model.problem import Problem

SYSTEM = ("/bin", "/sbin", "/usr", "/lib", "/opt")
SCRIPT_BYTES = 256 * 1024
MOST_FILES = 10_000
SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
COMMAND = r"(?:^|[;&|(`]|\b(?:then|do|else|exec|if|while)\s)\s*"
PRIVILEGED = re.compile(COMMAND + r"(sudo|su|chroot|mount)\b")
NETWORK = re.compile(COMMAND + r"(curl|wget|git\s+clone|apt-get|apt|yum|apk|pip3?\s+install|npm\s+install|ssh|scp)\b")
HOME = re.compile(r"\$HOME\b|\$\{HOME\b|(?:^|[\s=:\"'])~/")
TO_HIDE = re.compile(r"solution|answer|secret|passw|\.pem$|\.key$|^id_rsa|^\.env$", re.IGNORECASE)


def check_script(script: str, files: Files) -> Iterator[Problem]:
    """What a shell script does that will not work where it runs; scripts of other languages are left alone."""
    text = read(script, SCRIPT_BYTES, files).decode(errors="replace")
    first, *rest = text.split("\n")
    if not _is_shell(first):
        return
    if not first.endswith("\r") and any(line.endswith("\r") for line in rest):
        yield finding("script-crlf", file=script, program=script)
    for check, pattern in (("script-privileged", PRIVILEGED), ("script-network", NETWORK), ("script-home", HOME)):
        if hit := _first_hit(pattern, text):
            line, command = hit
            yield finding(check, file=script, line=line, program=script, command=command)


def check_surroundings(scripts: Sequence[str], user: int, files: Files) -> Iterator[Problem]:
    """What lies beside the grader's own files and cannot be read by it, or should not be readable to students."""
    places = {str(PurePosixPath(script).parent) for script in scripts}
    for place in sorted(place for place in places if place != "/" and not place.startswith(SYSTEM)):
        yield from _beside(place, user, files)


def _is_shell(first_line: str) -> bool:
    words = first_line.removeprefix("#!").split()
    return first_line.startswith("#!") and any(PurePosixPath(word).name in SHELLS for word in words[:2])


def _first_hit(pattern: re.Pattern[str], text: str) -> tuple[int, str] | None:
    for number, line in enumerate(text.split("\n"), 1):
        found = None if line.lstrip().startswith("#") else pattern.search(line)
        if found:
            return number, found[found.lastindex or 0]
    return None


def _beside(directory: str, user: int, files: Files) -> Iterator[Problem]:
    entries = list(_walk(directory, files))
    barred = [path for path, entry in entries if not _open_to(user, entry)]
    if barred:
        yield finding(
            "files-not-readable",
            file=directory,
            user=user,
            count=len(barred),
            examples=_examples(barred),
            directory=directory,
        )
    to_hide = [path for path, entry in entries if path not in barred and TO_HIDE.search(entry.name)]
    if to_hide:
        yield finding("files-to-hide", file=directory, examples=_examples(to_hide))


def _open_to(user: int, entry: Entry) -> bool:
    needed = (stat.S_IROTH, stat.S_IXOTH) if stat.S_ISDIR(entry.mode) else (stat.S_IROTH,)
    return all(may(entry, user, bit) for bit in needed)


def _walk(directory: str, files: Files) -> Iterator[tuple[str, Entry]]:
    """Everything below a directory but links, up to a number that no grader reaches by itself."""
    ahead, seen = [directory], 0
    while ahead and seen < MOST_FILES:
        here = ahead.pop()
        for entry in files.listing(here):
            seen += 1
            path = f"{here.rstrip('/')}/{entry.name}"
            if stat.S_ISDIR(entry.mode):
                ahead.append(path)
            if not stat.S_ISLNK(entry.mode):
                yield path, entry


def _examples(paths: Sequence[str]) -> str:
    return ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
