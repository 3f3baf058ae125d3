"""What students sent is whole on the disk, or not there."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gradewright.errors import StoreError, SubmissionRejected
from gradewright.storage.files import SETTLED_SECONDS, SubmissionFiles, new_id


@pytest.fixture
def files(tmp_path: Path) -> SubmissionFiles:
    (tmp_path / "incoming").mkdir()
    return SubmissionFiles(tmp_path)


def test_files_are_stored_below_user(files: SubmissionFiles, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(b"uploaded")
    where = files.put("id", "course", "exercise", {"a.txt": b"text", "sub/dir/b.txt": upload})
    assert where == "submissions/course/exercise/id"
    assert files.listed(where) == ("a.txt", "sub/dir/b.txt")
    assert (tmp_path / where / "user" / "sub/dir/b.txt").read_bytes() == b"uploaded"
    assert not upload.exists()
    assert not any((tmp_path / "incoming").iterdir())


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "a/../../b", "", "nul\0"])
def test_nothing_is_written_elsewhere(files: SubmissionFiles, tmp_path: Path, path: str) -> None:
    with pytest.raises(SubmissionRejected):
        files.put("id", "course", "exercise", {"fine": b"", path: b""})
    assert not any(each.is_file() for each in tmp_path.rglob("*"))


@pytest.mark.parametrize("key", ["..", "a/b", ""])
def test_keys_cannot_lead_elsewhere(files: SubmissionFiles, key: str) -> None:
    with pytest.raises(SubmissionRejected):
        files.put("id", key, "exercise", {})
    with pytest.raises(SubmissionRejected):
        files.put("id", "course", key, {})


def test_a_disk_that_cannot_be_written_is_a_fault_of_ours(files: SubmissionFiles, tmp_path: Path) -> None:
    (tmp_path / "submissions").write_text("no directory")
    with pytest.raises(StoreError, match="cannot be stored"):
        files.put("id", "course", "exercise", {"a": b""})
    assert not any((tmp_path / "incoming").iterdir())


def test_what_killed_processes_left_is_swept_once_it_is_old(files: SubmissionFiles, tmp_path: Path) -> None:
    stored = files.put("stored", "c", "e", {"a": b""})
    half, fresh = tmp_path / "incoming" / "half", tmp_path / "incoming" / "fresh"
    half.mkdir()
    fresh.mkdir()
    long_ago = datetime.now().timestamp() - SETTLED_SECONDS - 1
    for path in (tmp_path / stored, half):
        os.utime(path, (long_ago, long_ago))
    assert files.sweep() == 1
    assert [each.exists() for each in (tmp_path / stored, half, fresh)] == [True, False, True]


def test_what_is_known_is_kept_beside_the_files(files: SubmissionFiles) -> None:
    where = files.put("id", "c", "e", {"a": b""}, b"{1}")
    assert files.about(where) == b"{1}"
    assert files.listed(where) == ("a",)
    assert files.about("submissions/c/e/none") == b""


def test_ids_sort_by_time_and_cannot_be_guessed() -> None:
    now = datetime.now(UTC)
    first, second = new_id(now), new_id(now + timedelta(microseconds=1))
    assert first < second
    assert new_id(now) != first
