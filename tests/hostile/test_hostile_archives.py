"""Every archive of `archives.toml`: refused for the reason expected, or unpacked to plain files and nothing else."""

from __future__ import annotations

import stat
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hostile_archives import HostileArchive, all_archives

from gradewright.archives import ArchiveLimits, open_submission
from gradewright.errors import SubmissionRejected

ARCHIVES = all_archives()
each_archive = pytest.mark.parametrize("archive", ARCHIVES, ids=lambda archive: archive.name)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    directory = tmp_path / "around" / "into"
    directory.mkdir(parents=True)
    return directory


def sent(archive: HostileArchive, tmp_path: Path) -> Path:
    path = tmp_path / archive.file
    path.write_bytes(archive.data)
    return path


@each_archive
def test_the_verdict_is_the_expected_one(archive: HostileArchive, tmp_path: Path, into: Path) -> None:
    path, limits = sent(archive, tmp_path), ArchiveLimits(**archive.limits)
    if archive.refused is None:
        assert open_submission(path, into, limits=limits).files == archive.files
        return
    with pytest.raises(SubmissionRejected) as refusal:
        open_submission(path, into, limits=limits)
    assert archive.refused in refusal.value.message
    assert refusal.value.message.isprintable()
    assert refusal.value.remedy


@each_archive
def test_nothing_but_plain_files_is_ever_written_and_nothing_outside(
    archive: HostileArchive, tmp_path: Path, into: Path
) -> None:
    with suppress(SubmissionRejected):
        open_submission(sent(archive, tmp_path), into, limits=ArchiveLimits(**archive.limits))
    assert list(into.parent.iterdir()) == [into]
    modes = {path: path.lstat().st_mode for path in into.rglob("*")}
    assert all(mode in (stat.S_IFREG | 0o644, stat.S_IFREG | 0o755, stat.S_IFDIR | 0o755) for mode in modes.values())
    assert sum(path.stat().st_size for path in modes) <= 2**20 + 4096 * len(modes)


@pytest.mark.parametrize("archive", [each for each in ARCHIVES if each.refused], ids=lambda archive: archive.name)
def test_refusing_takes_little_memory(archive: HostileArchive, tmp_path: Path, into: Path) -> None:
    path = sent(archive, tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionRejected):
            open_submission(path, into, limits=ArchiveLimits(**archive.limits))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * 2**20


def test_the_battery_is_large_enough() -> None:
    assert len([archive for archive in ARCHIVES if archive.refused]) >= 30
