"""What a student may send, and what of it reaches the grader."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gradewright.archives import ArchiveLimits, open_submission
from gradewright.errors import InfrastructureError, MissingError, SubmissionRejected


@pytest.fixture
def desk() -> Iterator[Path]:
    """A directory that every user may enter; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.fixture
def into(desk: Path) -> Path:
    directory = desk / "into"
    directory.mkdir()
    return directory


@pytest.fixture
def homework(desk: Path) -> Path:
    folder = desk / "alice.v2"
    (folder / "src" / "empty").mkdir(parents=True)
    (folder / "src" / "main.py").write_text("print('hello')\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o4755)
    (folder / ".DS_Store").write_text("clutter")
    return folder


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root reads everything; give that up for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_is_copied_with_plain_modes_and_without_clutter(homework: Path, into: Path) -> None:
    submission = open_submission(homework, into)
    assert submission.id == submission.original_name == "alice.v2"
    assert submission.directory == into
    assert submission.files == ("run.sh", "src/main.py")
    assert (into / "src" / "main.py").read_text() == "print('hello')\n"
    modes = {path.relative_to(into).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in into.rglob("*")}
    assert modes == {"run.sh": 0o755, "src": 0o755, "src/empty": 0o755, "src/main.py": 0o644}


def test_modes_do_not_depend_on_the_umask(homework: Path, into: Path) -> None:
    before = os.umask(0o077)
    try:
        open_submission(homework, into)
    finally:
        os.umask(before)
    assert stat.S_IMODE((into / "src").stat().st_mode) == 0o755
    assert stat.S_IMODE((into / "src" / "main.py").stat().st_mode) == 0o644


def test_a_single_file_keeps_its_name(desk: Path, into: Path) -> None:
    (desk / "bob.py").write_bytes(b"\0\xff")
    submission = open_submission(desk / "bob.py", into)
    assert (submission.id, submission.original_name, submission.files) == ("bob", "bob.py", ("bob.py",))
    assert (into / "bob.py").read_bytes() == b"\0\xff"


def test_an_empty_file_is_a_submission(desk: Path, into: Path) -> None:
    (desk / "bob.py").touch()
    assert open_submission(desk / "bob.py", into).files == ("bob.py",)


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".TGZ", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"])
def test_a_tar_comes_out_as_it_went_in(homework: Path, into: Path, desk: Path, suffix: str) -> None:
    path = desk / f"carol.2{suffix}"
    compression = {"g": "gz", "b": "bz2", "x": "xz"}.get(suffix.lower().removeprefix(".tar.").removeprefix(".t")[0], "")
    with tarfile.open(path, f"w:{compression}") as archive:
        archive.add(homework, "hw")
    submission = open_submission(path, into)
    assert submission.id == "carol.2"
    assert submission.files == ("hw/run.sh", "hw/src/main.py")
    assert os.access(into / "hw" / "run.sh", os.X_OK)


@pytest.mark.needs("zip")
def test_a_zip_comes_out_as_it_went_in(homework: Path, into: Path, desk: Path) -> None:
    subprocess.run(["zip", "-qr", desk / "dan.zip", "src", "run.sh"], cwd=homework, check=True)
    submission = open_submission(desk / "dan.zip", into, id="42")
    assert (submission.id, submission.original_name) == ("42", "dan.zip")
    assert submission.files == ("run.sh", "src/main.py")
    assert os.access(into / "run.sh", os.X_OK)
    assert (into / "src" / "empty").is_dir()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_survive_in_every_tar_form(desk: Path, into: Path, form: int) -> None:
    name = "/".join(["übung"] * 10 + ["m" * 90])
    (desk / "a.txt").write_text("x")
    with tarfile.open(desk / "long.tar", "w", format=form) as archive:
        archive.add(desk / "a.txt", name)
    assert open_submission(desk / "long.tar", into).files == (name,)


def test_the_path_itself_may_be_a_link(desk: Path, into: Path) -> None:
    (desk / "alice-3.py").write_text("x")
    (desk / "latest.py").symlink_to("alice-3.py")
    assert open_submission(desk / "latest.py", into).files == ("latest.py",)


def make_symlink(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def make_hard_link(path: Path) -> None:
    path.hardlink_to(path.with_name("main.py"))


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (make_symlink, "symbolic link"),
        (make_hard_link, "hard link"),
        (os.mkfifo, "named pipe"),
        (make_socket, "socket"),
    ],
)
def test_what_is_no_plain_file_is_refused_by_name(homework: Path, into: Path, make, kind: str) -> None:
    make(homework / "src" / "odd")
    with pytest.raises(SubmissionRejected, match=f"'src/(odd|main.py)' is a {kind}"):
        open_submission(homework, into)


def test_a_link_to_a_folder_is_not_entered(homework: Path, into: Path) -> None:
    (homework / "etc").symlink_to("/etc")
    with pytest.raises(SubmissionRejected, match="'etc' is a symbolic link"):
        open_submission(homework, into)
    assert not (into / "etc").exists()


@pytest.mark.parametrize("name", ["nothing.zip", "nowhere/main.py", "alice.v2/run.sh/main.py"])
def test_a_path_that_is_not_there_is_missing(homework: Path, into: Path, name: str) -> None:
    with pytest.raises(MissingError, match=name):
        open_submission(homework.parent / name, into)


def test_an_unreadable_path_is_named(desk: Path, into: Path) -> None:
    (desk / "secret.zip").write_text("x")
    (desk / "secret.zip").chmod(0)
    with as_ordinary_user(), pytest.raises(MissingError, match=r"secret\.zip cannot be read: Permission denied"):
        open_submission(desk / "secret.zip", into)


@pytest.mark.parametrize("name", ["src/main.py", "src"])
def test_an_unreadable_entry_of_a_folder_is_named(homework: Path, into: Path, name: str) -> None:
    (homework / name).chmod(0)
    into.chmod(0o777)
    with (
        as_ordinary_user(),
        pytest.raises(MissingError, match=f"'{name}' of the submission cannot be read: Permission"),
    ):
        open_submission(homework, into)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/tty"])
def test_a_device_is_no_submission(path: str, into: Path) -> None:
    with pytest.raises(SubmissionRejected, match="neither a file nor a directory"):
        open_submission(Path(path), into)


def test_an_empty_folder_is_no_submission(desk: Path, into: Path) -> None:
    (desk / "empty").mkdir()
    with pytest.raises(SubmissionRejected, match="has no files"):
        open_submission(desk / "empty", into)


def test_limits_hold_for_folders_and_files_too(homework: Path, into: Path) -> None:
    with pytest.raises(SubmissionRejected, match="more than 3 files and folders"):
        open_submission(homework, into, limits=ArchiveLimits(entries=3))
    with pytest.raises(SubmissionRejected, match="larger than 5 bytes"):
        open_submission(homework / "run.sh", into, limits=ArchiveLimits(total_bytes=5))


def test_a_deep_folder_is_refused_before_it_is_walked(desk: Path, into: Path) -> None:
    deep = desk / "deep"
    deep.joinpath(*"d" * 200).mkdir(parents=True)
    with pytest.raises(SubmissionRejected, match="33 folders deep; 32 are allowed"):
        open_submission(deep, into)


def test_a_large_archive_is_refused_before_it_is_read(desk: Path, into: Path) -> None:
    with (desk / "large.zip").open("wb") as file:
        file.truncate(ArchiveLimits().total_bytes + 1)
    with pytest.raises(SubmissionRejected, match="larger than 256 MiB"):
        open_submission(desk / "large.zip", into)


def test_stored_zip_entries_are_read_too(desk: Path, into: Path) -> None:
    with zipfile.ZipFile(desk / "stored.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.bin", bytes(range(256)) * 1000)
    open_submission(desk / "stored.zip", into)
    assert (into / "a.bin").read_bytes() == bytes(range(256)) * 1000


def test_a_full_disk_of_ours_is_not_the_students_fault(homework: Path, into: Path) -> None:
    into.rmdir()
    with pytest.raises(InfrastructureError, match=r"could not be written to .*into"):
        open_submission(homework, into)


def test_no_file_stays_open(homework: Path, into: Path) -> None:
    (homework / "src" / "odd").symlink_to("/etc/passwd")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(SubmissionRejected):
        open_submission(homework, into)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
