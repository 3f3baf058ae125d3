"""`gradewright ls IMAGE DIRECTORY`."""

from __future__ import annotations

import logging
import math
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradewright.model.image import Image
    from gradewright.sandboxes.images import Entry, ImageStore

UNCLEAN = "The ls command did not exit cleanly within the container. Exit code: 2"  # in the words of the original
HALF_A_YEAR = 365.2425 / 2 * 24 * 3600  # seconds; /bin/ls shows the time of files younger than that, of others the year
BLOCK = 4096
UNKNOWN = "?"
LONGEST_ID = 10  # digits


@click.command()
@click.argument("image")
@click.argument("directory")
@click.option("-l", "long", is_flag=True, help="Show modes, links, owners, sizes and times too.")
@click.option("-a", "everything", is_flag=True, help="Show hidden files too, whose names start with a dot.")
@click.option("--human", is_flag=True, help="With -l, show sizes as 1.5K, 23M.")
@click.option("--no-rm", is_flag=True, help="Accepted for compatibility: no container is made, so none is left.")
def ls(image: str, directory: str, long: bool, everything: bool, human: bool, no_rm: bool) -> int:
    """List DIRECTORY of the grader image IMAGE, as /bin/ls would.

    \b
    IMAGE  a tag or id that a running engine knows, docker-archive:FILE or
           oci:DIRECTORY

    No program of the image is run, so it works on any image.

    \b
    gradewright ls -l sum-grader:1 /grader
    gradewright ls docker-archive:grader.tar /
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import options, settings
    from gradewright.errors import MissingError

    images = Autograder(settings()).images
    found = images.find(image)
    images.listing(found, "/")  # unpacked from here on: what fails below is a directory that is not there
    try:
        entries = images.listing(found, directory)
    except MissingError as error:
        click.echo(f"ls: {error.message}", err=True)
        logging.warning(UNCLEAN)
        return 0 if options().compatible else 1
    if everything and _is_directory(images, found, directory):
        entries = [*(replace(images.entry(found, f"{directory}/{name}"), name=name) for name in (".", "..")), *entries]
    shown = [entry for entry in entries if everything or not entry.name.startswith(".") or entry.name == directory]
    lines = _long(shown, _names(images, found), human=human) if long else (entry.name for entry in shown)
    _print(lines)
    return 0


def _is_directory(images: ImageStore, image: Image, path: str) -> bool:
    from gradewright.errors import MissingError

    try:
        return stat.S_ISDIR(images.entry(image, path).mode)
    except MissingError:  # a link that leads nowhere
        return False


def _print(lines: Iterable[str]) -> None:
    """Names as they are for programs, and without control characters for terminals."""
    from gradewright.reports.table import harmless

    for line in lines:
        click.echo(harmless(line) if sys.stdout.isatty() else os.fsencode(line))


def _long(entries: Sequence[Entry], names: Mapping[tuple[str, int], str], *, human: bool) -> Iterator[str]:
    """As `ls -l`: columns as wide as they need to be, numbers to the right."""
    blocks = sum(math.ceil(entry.size / BLOCK) * BLOCK for entry in entries if not entry.target)
    yield f"total {_human(blocks) if human else blocks // 1024}"
    owned = _owners_are_known()
    rows = [
        (
            stat.filemode(entry.mode),
            str(entry.links),
            names.get(("user", entry.uid), str(entry.uid)) if owned else UNKNOWN,
            names.get(("group", entry.gid), str(entry.gid)) if owned else UNKNOWN,
            _human(entry.size) if human else str(entry.size),
            _date(entry.modified),
            f"{entry.name} -> {entry.target}" if entry.target else entry.name,
        )
        for entry in entries
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for mode, links, user, group, size, date, name in rows:
        yield f"{mode} {links:>{widths[1]}} {user:<{widths[2]}} {group:<{widths[3]}} {size:>{widths[4]}} {date} {name}"


def _owners_are_known() -> bool:
    """An ordinary user cannot unpack files as somebody else's."""
    return os.geteuid() == 0


def _human(size: int) -> str:
    """As `ls -h`, which rounds up: 1.0K, 1.5K, 12K."""
    if size < 1024:
        return str(size)
    value, units = float(size), iter("KMGTPE")
    unit = ""
    while value >= 1024:
        value, unit = value / 1024, next(units)
    tenths = math.ceil(value * 10) / 10
    return f"{tenths:.1f}{unit}" if tenths < 10 else f"{math.ceil(value)}{unit}"


def _date(modified: float) -> str:
    """As in the C locale: "Nov 21 20:10", or "Nov 21  2024" if it is long ago or to come."""
    age = time.time() - modified
    form = "%b %e %H:%M" if 0 <= age < HALF_A_YEAR else "%b %e  %Y"
    return time.strftime(form, time.localtime(modified))


def _names(images: ImageStore, image: Image) -> dict[tuple[str, int], str]:
    """The names of users and groups by their ids, as the image itself has them."""
    return {
        (kind, number): name
        for kind, file in (("user", "/etc/passwd"), ("group", "/etc/group"))
        for number, name in _named(images, image, file)
    }


def _named(images: ImageStore, image: Image, file: str) -> Iterator[tuple[int, str]]:
    from gradewright.errors import GradewrightError

    try:
        with images.open(image, file) as stream:
            lines = stream.read(1024 * 1024).decode(errors="replace").splitlines()
    except GradewrightError:  # images without a shell often have no users either; numbers then do
        return
    for line in lines:
        name, _, number, *_ = (*line.split(":"), "", "", "")
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_ID:
            yield int(number), name
