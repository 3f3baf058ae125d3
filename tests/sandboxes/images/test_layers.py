"""What an image looks like once its layers are laid over one another, and what hostile layers cannot do."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gradewright.errors import AuthorError, GradewrightError
from gradewright.model.machine import Machine
from gradewright.sandboxes.images import ImageStore
from support.image_files import (
    device,
    directory,
    docker_archive,
    fifo,
    file,
    hardlink,
    layer,
    recipe,
    sparse,
    symlink,
)


@contextmanager
def unpacked(tmp_path: Path, *layers: bytes, **machine: int) -> Iterator[Path]:
    store = ImageStore(Machine(cache_dir=tmp_path / "cache", **machine))
    with store.root(store.find(docker_archive(tmp_path / "image.tar", recipe(*layers)))) as root:
        yield root


def tree(root: Path) -> dict[str, bytes | str]:
    """Every path: the content of a file, the target of a link, "/" for a directory."""
    found: dict[str, bytes | str] = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        found[name] = str(path.readlink()) if path.is_symlink() else "/" if path.is_dir() else path.read_bytes()
    return found


def test_files_links_and_directories(tmp_path: Path) -> None:
    entries = [
        directory("etc", mode=0o750),
        file("etc/motd", b"hello", mode=0o640),
        symlink("etc/issue", "motd"),
        symlink("etc/escape", "/../../etc/passwd"),
        hardlink("etc/motd.old", "etc/motd"),
        file("deep/down/below", b"made its own parents"),
    ]
    with unpacked(tmp_path, layer(*entries)) as root:
        assert tree(root) == {
            "etc": "/",
            "etc/motd": b"hello",
            "etc/issue": "motd",
            "etc/escape": "/../../etc/passwd",
            "etc/motd.old": b"hello",
            "deep": "/",
            "deep/down": "/",
            "deep/down/below": b"made its own parents",
        }
        motd = (root / "etc/motd").stat()
        assert stat.S_IMODE(motd.st_mode) == 0o640
        assert motd.st_mtime == 1_600_000_000
        assert motd.st_nlink == 2
        assert (root / "etc").stat().st_mtime == 1_600_000_000


def test_an_upper_layer_replaces_hides_and_keeps(tmp_path: Path) -> None:
    lower = layer(
        file("kept", b"1"),
        file("replaced", b"1"),
        file("hidden", b"1"),
        file("hidden-directory/file", b"1"),
        file("emptied/old", b"1"),
        file("emptied/inner/old", b"1"),
        file("becomes-directory", b"1"),
        file("becomes-file/inner", b"1"),
    )
    upper = layer(
        file("replaced", b"2"),
        file(".wh.hidden"),
        file(".wh.hidden-directory"),
        file("emptied/new", b"2"),
        file("emptied/inner/new", b"2"),
        file("emptied/.wh..wh..opq"),
        file(".wh..wh.aufs"),
        file("becomes-directory/inner", b"2"),
        file("becomes-file", b"2"),
    )
    with unpacked(tmp_path, lower, upper) as root:
        assert tree(root) == {
            "kept": b"1",
            "replaced": b"2",
            "emptied": "/",
            "emptied/new": b"2",
            "emptied/inner": "/",
            "emptied/inner/new": b"2",
            "becomes-directory": "/",
            "becomes-directory/inner": b"2",
            "becomes-file": b"2",
        }


def test_a_whiteout_hides_only_what_lies_below_its_own_layer(tmp_path: Path) -> None:
    lower = layer(file("d/old", b"1"))
    upper = layer(file("d/new", b"2"), file(".wh.d"), file("again", b"2"), file(".wh.again"))
    with unpacked(tmp_path, lower, upper) as root:
        assert tree(root) == {"d": "/", "d/new": b"2", "again": b"2"}


def test_replacing_one_name_of_a_file_leaves_its_other_name_alone(tmp_path: Path) -> None:
    lower = layer(file("a", b"1"), hardlink("b", "a"))
    with unpacked(tmp_path, lower, layer(file("a", b"2"))) as root:
        assert tree(root) == {"a": b"2", "b": b"1"}


def test_a_link_to_a_directory_below_gives_way_to_a_directory(tmp_path: Path) -> None:
    """As an overlay of the same layers has it; what the link points at must not change."""
    lower = layer(file("usr/lib/old", b"1"), symlink("lib", "usr/lib"))
    with unpacked(tmp_path, lower, layer(file("lib/new", b"2"))) as root:
        assert tree(root) == {"usr": "/", "usr/lib": "/", "usr/lib/old": b"1", "lib": "/", "lib/new": b"2"}


def test_privileges_devices_and_pipes_are_left_out(tmp_path: Path) -> None:
    entries = [file("su", mode=0o6755), directory("tmp", mode=0o3777), device("null"), fifo("pipe"), file("x", b"1")]
    with unpacked(tmp_path, layer(*entries), layer(device("x"))) as root:
        assert set(tree(root)) == {"su", "tmp"}
        assert stat.S_IMODE((root / "su").stat().st_mode) == 0o755
        assert stat.S_IMODE((root / "tmp").stat().st_mode) == 0o1777


@pytest.mark.needs("root")
def test_root_keeps_owners(tmp_path: Path) -> None:
    link = symlink("link", "file")
    link[0].uid, link[0].gid = 33, 34
    with unpacked(tmp_path, layer(file("file", uid=1000, gid=100), directory("home", uid=7), link)) as root:
        assert [((root / name).lstat().st_uid, (root / name).lstat().st_gid) for name in ("file", "home", "link")] == [
            (1000, 100),
            (7, 0),
            (33, 34),
        ]


HOSTILE = {
    "a path that climbs out": [file("../outside")],
    "a path that climbs out later": [file("a/b/../../../outside")],
    "an absolute path": [file("/outside")],
    "a file through a link to the host": [symlink("way", "/"), file("way/outside")],
    "a file through a link upwards": [symlink("way", "../.."), file("way/outside")],
    "a directory through a link": [symlink("way", "/"), directory("way/outside")],
    "a hard link to the host": [hardlink("mine", "../../../../etc/passwd")],
    "a hard link to an absolute path": [hardlink("mine", "/etc/passwd")],
    "a hard link through a link": [symlink("way", "/etc"), hardlink("mine", "way/passwd")],
    "a hard link to a directory": [directory("d"), hardlink("mine", "d")],
    "a hard link to nothing": [hardlink("mine", "nothing")],
    "a whiteout of the directory itself": [file("a/.wh..")],
    "a whiteout of the directory above": [file("a/.wh...")],
    "a whiteout through a link": [symlink("way", "/"), file("way/.wh.etc")],
    "a link that points nowhere": [symlink("way", "")],
    "a link that points too far": [symlink("way", "x/" * 5000)],
    "a root that is a file": [file(".")],
    "a sparse file of ten terabytes": [sparse("big", 10 * 1024**4)],
    "a very long name": [file("n" * 300)],
    "a very deep path": [file("d/" * 3000 + "f")],
    "a time beyond all clocks": [file("late", pax_headers={"mtime": "1e300"})],
    "an owner beyond all numbers": [file("whose", pax_headers={"uid": str(2**70)})],
    "a negative size": [file("less", pax_headers={"size": "-512"}), file("more")],
}


@pytest.mark.parametrize("entries", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_layers_are_refused_and_touch_nothing(tmp_path: Path, entries: list) -> None:
    witness = tmp_path / "witness"
    witness.write_text("untouched")
    before = Path("/etc/passwd").stat()
    with pytest.raises(AuthorError) as refused, unpacked(tmp_path, layer(*entries)):
        pass
    assert "image.tar" in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "image.tar", "witness"]
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.suffix != ".lock" and path.name != "images"]
    assert not Path("/outside").exists()
    assert (before.st_nlink, before.st_mtime_ns) == (Path("/etc/passwd").stat().st_nlink, before.st_mtime_ns)


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    data = bytearray(layer(file("a"), file("b")))
    data[512 + 3] ^= 1  # in the name of b, so that the checksum is wrong
    with pytest.raises(AuthorError, match="damaged"), unpacked(tmp_path, bytes(data)):
        pass


def test_an_image_larger_than_the_cache_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    bomb = layer(file("zeros", bytes(4 * 1024 * 1024)))
    with (
        pytest.raises(GradewrightError, match="larger, unpacked, than the image cache"),
        unpacked(tmp_path, bomb, cache_bytes=1024 * 1024),
    ):
        pass


def test_many_empty_files_count_as_what_they_cost_the_disk(tmp_path: Path) -> None:
    swarm = layer(*(file(f"f{number}") for number in range(300)))
    with (
        pytest.raises(GradewrightError, match="larger, unpacked, than the image cache"),
        unpacked(tmp_path, swarm, cache_bytes=1024 * 1024),
    ):
        pass
