"""Looking into an image without running anything of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gradewright.errors import AuthorError, MissingError
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.sandboxes.images import ImageStore
from support.image_files import directory, docker_archive, file, hardlink, layer, recipe, symlink

BYTES = bytes(range(256)) * 1000


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(Machine(cache_dir=tmp_path / "cache"))


@pytest.fixture
def image(tmp_path: Path, store: ImageStore) -> Image:
    entries = [
        directory("usr"),
        directory("usr/share", mode=0o700),
        file("usr/share/data", BYTES, mode=0o751),
        hardlink("usr/share/same", "usr/share/data"),
        symlink("lib", "usr/share"),
        symlink("usr/share/up", "../../../../../usr/share/data"),
        symlink("absolute", "/lib/data"),
        symlink("passwd", "/etc/passwd"),
        symlink("out", "../../../../../../../../etc/passwd"),
        symlink("loop", "loop"),
        symlink("ring", "gnir"),
        symlink("gnir", "ring"),
    ]
    return store.find(docker_archive(tmp_path / "image.tar", recipe(layer(*entries))))


def content(store: ImageStore, image: Image, path: str) -> bytes:
    with store.open(image, path) as stream:
        return stream.read()


@pytest.mark.parametrize(
    "path", ["/usr/share/data", "usr/share/data", "/lib/data", "//lib/./up", "/absolute", "/../lib/../share/data"]
)
def test_files_are_read_byte_for_byte_through_links_of_the_image(store: ImageStore, image: Image, path: str) -> None:
    assert content(store, image, path) == BYTES


@pytest.mark.parametrize(
    "path", ["/passwd", "/out", "/etc/passwd", "/loop", "/ring", "/usr/share/data/below", "/../../etc/passwd"]
)
def test_the_host_is_out_of_reach(store: ImageStore, image: Image, path: str) -> None:
    with pytest.raises(MissingError, match="there is no"):
        content(store, image, path)


def test_a_directory_is_listed_in_order(store: ImageStore, image: Image) -> None:
    entries = {entry.name: entry for entry in store.listing(image, "/lib")}
    assert list(entries) == ["data", "same", "up"]
    data = entries["data"]
    assert stat.filemode(data.mode) == "-rwxr-x--x"
    assert (data.size, data.links, data.modified) == (len(BYTES), 2, 1_600_000_000)
    assert stat.filemode(entries["up"].mode)[0] == "l"
    assert entries["up"].target == "../../../../../usr/share/data"


def test_a_file_is_listed_by_the_name_that_was_asked_for(store: ImageStore, image: Image) -> None:
    assert [(entry.name, entry.size) for entry in store.listing(image, "/absolute")] == [("/absolute", len(BYTES))]


def test_a_directory_cannot_be_read(store: ImageStore, image: Image) -> None:
    with pytest.raises(AuthorError, match="/usr is a directory"):
        content(store, image, "/usr")
