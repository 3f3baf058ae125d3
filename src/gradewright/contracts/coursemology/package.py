"""Read a package, a zip or a directory, and say everything that is wrong with it at once (coursemology 1.1, 1.2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from gradewright.archives import ArchiveLimits, Entry, Kind, open_submission, quoted
from gradewright.contracts.coursemology.makefile import FIRST, LEGACY, NAME, TYPES, Makefile, read_makefile
from gradewright.contracts.coursemology.records import SUBMISSION, TESTS, Package
from gradewright.errors import AuthorError, MissingError, SubmissionRejected
from gradewright.model.problem import Problem, Severity

LIMITS = ArchiveLimits(entries=10_000, total_bytes=128 * 1024 * 1024)
JUNK = frozenset({".git", ".svn", "__pycache__", ".DS_Store", "__MACOSX", "Thumbs.db"})
LEFT_OVER = "report.xml"  # of a run on the author's machine
CANNED = {f"report-{type}.xml": type for type in TYPES}  # what a run elsewhere would leave (coursemology 1.1, 1.5)
OURS = ("grader.toml",)
META = ".meta"
SUFFIX = ".zip"
EXAMPLE = "zip -r ../package.zip ."
NO_ZIP = Problem(
    id="no-zip",
    message=f"A package is a folder, or a zip whose name ends in {SUFFIX}.",
    remedy=f"Name the folder that holds the Makefile, or zip it: cd FOLDER && {EXAMPLE}",
)


def load_package(path: Path) -> Package:
    """The package in a zip or a directory.

    Raises `AuthorError` with every problem found, and `MissingError` if it cannot be read.
    """
    if path.is_file() and path.suffix.lower() != SUFFIX:
        raise AuthorError(f"{path} cannot be used as a package.", [NO_ZIP])
    links: list[str] = []
    with TemporaryDirectory(prefix="gradewright-package-") as directory:
        try:
            names = open_submission(path, Path(directory), limits=LIMITS, leave_out=_into(links)).files
        except SubmissionRejected as error:
            raise AuthorError(f"{path} cannot be used as a package.", [_unreadable(error)]) from None
        except MissingError as error:
            raise MissingError(_of_package(error.message), remedy=error.remedy) from None
        folders = {entry.name for entry in Path(directory).iterdir() if entry.is_dir()}
        found = {name: Path(directory, name).read_bytes() for name in names if _is_wanted(name)}
    files = {name: data for name, data in found.items() if name not in CANNED}
    makefile = read_makefile(files)
    problems = [*_structure(files, folders), *_targets(makefile), *_contents(files, folders), *_implied(path, folders)]
    problems += map(_left_out, links)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise AuthorError(f"{path} cannot be used as a package.", problems)
    return Package(
        files=files,
        makefile=makefile,
        canned={type: found[name] for name, type in CANNED.items() if name in found},
        digest=_digest(found),
        any_files=_any_files(files),
        warnings=tuple(problems),
    )


def looks_like_package(path: Path) -> bool:
    """Whether a zip is meant as a package and not as the build context of an image."""
    try:
        with ZipFile(path) as archive:
            near_the_top = {part for name in archive.namelist() for part in name.split("/")[:2]}
    except (OSError, BadZipFile):
        return False
    return "Dockerfile" not in near_the_top and not near_the_top.isdisjoint({NAME, SUBMISSION})


def _is_wanted(name: str) -> bool:
    return JUNK.isdisjoint(name.split("/")) and name != LEFT_OVER and name not in OURS


def _into(links: list[str]) -> Callable[[Entry], bool]:
    """Leaves symbolic links out, as the original does, and notes their names."""

    def is_link(entry: Entry) -> bool:
        if entry.kind is Kind.SYMBOLIC_LINK:
            links.append(entry.name)
        return entry.kind is Kind.SYMBOLIC_LINK

    return is_link


def _left_out(name: str) -> Problem:
    return Problem(
        id="link-left-out",
        severity=Severity.WARNING,
        message=f"The symbolic link {quoted(name)} is left out, as in Coursemology.",
        remedy="Put what it leads to in its place.",
    )


def _unreadable(error: SubmissionRejected) -> Problem:
    remedy = "Make the zip again, of plain files and folders."
    return Problem(id="package-unreadable", message=_of_package(error.message), remedy=remedy)


def _of_package(message: str) -> str:
    return message.replace("The submission", "The package").replace("the submission", "the package")


def _structure(files: Mapping[str, bytes], folders: set[str]) -> Iterator[Problem]:
    if NAME not in files and (wrapping := _wrapping(files)):
        yield Problem(
            id="wrapping-folder",
            message=f"Everything lies in one more folder, {wrapping}/.",
            remedy=f"Zip what is in it, not the folder itself: cd {wrapping} && {EXAMPLE}",
        )
        return
    if NAME not in files:
        near = next((name for name in files if name.lower() in ("makefile", "gnumakefile")), "")
        yield Problem(
            id="no-makefile",
            message="There is no Makefile at the top.",
            remedy=f"Rename {near} to Makefile." if near else "Write one with the targets prepare, compile and public.",
        )
    for folder, what in ((SUBMISSION, "what students start from"), (TESTS, "your tests")):
        if folder not in folders:
            yield Problem(
                id=f"no-{folder}",
                message=f"There is no folder {folder}/ at the top.",
                remedy=f"Put {what} into a folder of that name.",
            )


def _wrapping(files: Mapping[str, bytes]) -> str:
    tops = {name.partition("/")[0] for name in files}
    return next((top for top in tops if len(tops) == 1 and f"{top}/{NAME}" in files), "")


def _targets(makefile: Makefile) -> Iterator[Problem]:
    if not makefile.rules:
        return  # there is no Makefile, which is said elsewhere, or an empty one
    for target in FIRST:
        if not makefile.has(target):
            yield _in_makefile(
                "missing-target",
                f"The target {target} is missing, so that every run ends there.",
                f"Add a rule, be it without a recipe: {target}:",
            )
    yield from _tests(makefile)
    for target in (*TYPES, LEGACY):
        rule = makefile.rule(target)
        if rule and not rule.strict:
            yield replace(
                _in_makefile(
                    "hidden-target",
                    f"Coursemology itself does not find the target {target}, and skips it without a word.",
                    f"Begin a line with exactly {target}: and give the rule no other target.",
                    rule.line,
                ),
                severity=Severity.WARNING,
            )


def _tests(makefile: Makefile) -> Iterator[Problem]:
    missing = [type for type in TYPES if not makefile.has(type)]
    legacy = makefile.rule(LEGACY)
    if len(missing) == len(TYPES) and not legacy:
        yield _in_makefile(
            "no-test-target",
            "There is no target that tests.",
            "Add the targets public, private and evaluation, or the target test of the older form.",
        )
    elif len(missing) < len(TYPES) and legacy:
        yield _in_makefile(
            "two-forms",
            "The target test stands beside public, private and evaluation, so that tests would run twice.",
            "Remove the target test, or rename it.",
            legacy.line,
        )
    elif missing and not legacy:
        named = ", ".join(missing)
        yield Problem(
            id="missing-type",
            severity=Severity.INFO,
            message=f"There is no target {named}: tests of that type are not run.",
            remedy="Add it if you want such tests.",
            file=NAME,
        )


def _in_makefile(id: str, message: str, remedy: str, line: int | None = None) -> Problem:
    return Problem(id=id, message=message, remedy=remedy, file=NAME, line=line)


def _contents(files: Mapping[str, bytes], folders: set[str]) -> Iterator[Problem]:
    if NAME in files and not files[NAME].strip():
        yield _in_makefile("missing-target", "The Makefile is empty.", "Write the targets prepare, compile and public.")
    if SUBMISSION in folders and not any(name.startswith(f"{SUBMISSION}/") for name in files):
        yield Problem(
            id="empty-template",
            severity=Severity.WARNING,
            message=f"{SUBMISSION}/ holds no file, so students start from nothing.",
            remedy="Put a template into it, be it empty.",
        )


def _implied(path: Path, folders: set[str]) -> Iterator[Problem]:
    """Many programs write zips without entries for folders; the original does not take these."""
    if not path.is_file():
        return
    with ZipFile(path) as archive:
        entries = {name.rstrip("/") for name in archive.namelist() if name.endswith("/")}
    for folder in (SUBMISSION, TESTS):
        if folder in folders and folder not in entries:
            yield Problem(
                id="implied-folder",
                severity=Severity.WARNING,
                message=f"The zip has no entry of its own for {folder}/; Coursemology itself refuses such a package.",
                remedy=f"Zip it with: {EXAMPLE}",
            )


def _any_files(files: Mapping[str, bytes]) -> bool:
    """Whether the online editor that made the package lets students add and delete files (coursemology 1.4)."""
    try:
        meta = json.loads(files.get(META, b"{}"))
    except (ValueError, RecursionError):
        return False
    return isinstance(meta, dict) and bool(meta.get("submit_as_file"))


def _digest(files: Mapping[str, bytes]) -> str:
    whole = sha256()
    for name, data in sorted(files.items()):
        whole.update(b"%d %d " % (len(name.encode()), len(data)) + name.encode() + data)
    return f"sha256:{whole.hexdigest()}"
