"""Whatever is sent: benign trees come out as they went in, and noise is refused, never worse."""

from __future__ import annotations

import io
import tarfile
import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradewright.archives import ArchiveLimits, open_submission
from gradewright.errors import SubmissionRejected

LIMITS = ArchiveLimits(entries=50, total_bytes=100_000)

names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp"), exclude_characters="/\\:"),
    min_size=1,
    max_size=12,
).filter(lambda name: name not in (".", "..", "__MACOSX", ".DS_Store", "Thumbs.db"))
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=4).map("/".join), st.binary(max_size=2000), min_size=1, max_size=8
)


def is_benign(tree: Mapping[str, bytes]) -> bool:
    """No two names alike, and none both a file and a folder."""
    folders = {folder.as_posix() for path in tree for folder in Path(path).parents}
    paths = [*tree, *folders]
    return len({unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold()) for path in paths}) == len(
        paths
    )


def zipped(tree: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, data in tree.items():
            archive.writestr(path, data)
    return buffer.getvalue()


def tarred(tree: Mapping[str, bytes], mode: str, form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for path, data in tree.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def opened(name: str, data: bytes) -> dict[str, bytes]:
    """The files of a submission; fails if anything appears beside them."""
    with tempfile.TemporaryDirectory() as directory:
        path, into = Path(directory, name), Path(directory, "around", "into")
        into.mkdir(parents=True)
        path.write_bytes(data)
        try:
            submission = open_submission(path, into, limits=LIMITS)
            return {file: (into / file).read_bytes() for file in submission.files}
        finally:
            assert list(Path(directory, "around").iterdir()) == [into]
            assert set(Path(directory).iterdir()) == {path, into.parent}


@given(tree=trees, method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
@settings(max_examples=60, deadline=None)
def test_any_benign_tree_survives_a_zip(tree: dict[str, bytes], method: int) -> None:
    assume(is_benign(tree))
    assert opened("a.zip", zipped(tree, method)) == tree


@given(
    tree=trees,
    mode=st.sampled_from(["w", "w:gz", "w:bz2", "w:xz"]),
    form=st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
@settings(max_examples=60, deadline=None)
def test_any_benign_tree_survives_a_tar(tree: dict[str, bytes], mode: str, form: int) -> None:
    assume(is_benign(tree))
    assert opened("a.tar", tarred(tree, mode, form)) == tree


def changed(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    noisy = bytearray(data)
    for place, new in changes:
        start = place % len(noisy)
        noisy[start : start + len(new)] = new
    return bytes(noisy)


TREE = {"src/main.py": b"print('hello')\n" * 50, "data/" + "n" * 120: bytes(1000), "übung.txt": b"x"}
SEEDS = {
    "a.zip": [zipped(TREE), zipped(TREE, zipfile.ZIP_STORED)],
    "a.tar": [tarred(TREE, "w", tarfile.GNU_FORMAT), tarred(TREE, "w"), tarred(TREE, "w:gz"), tarred(TREE, "w:xz")],
}
seeds = st.sampled_from([(name, seed) for name, those in SEEDS.items() for seed in those])
changes = st.lists(st.tuples(st.integers(0, 2**16), st.binary(min_size=1, max_size=8)), min_size=1, max_size=4)


@given(seed=seeds, changes=changes, cut=st.integers(0, 2**16) | st.none())
@settings(max_examples=300, deadline=None)
def test_a_changed_archive_is_unpacked_or_refused(
    seed: tuple[str, bytes], changes: list[tuple[int, bytes]], cut: int | None
) -> None:
    name, data = seed
    with suppress(SubmissionRejected):
        opened(name, changed(data, changes)[:cut])


@given(name=st.sampled_from(["a.zip", "a.tar", "a.tgz", "a.txz"]), data=st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused(name: str, data: bytes) -> None:
    with suppress(SubmissionRejected):
        opened(name, data)


def with_checksums(blocks: list[bytes]) -> bytes:
    """Tar headers whose every field is noise but for the checksum, so that they are believed."""
    return b"".join(
        block[:148] + b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:])) + block[156:] for block in blocks
    )


@given(
    fields=st.lists(
        st.tuples(st.sampled_from(b"0157LKxgSVD\0"), st.binary(max_size=12), st.binary(max_size=100)), max_size=6
    )
)
@settings(max_examples=200, deadline=None)
def test_believable_headers_of_noise_are_unpacked_or_refused(fields: list[tuple[int, bytes, bytes]]) -> None:
    blocks = [
        name.ljust(124, b"\0") + size.ljust(12, b"\0") + bytes(20) + bytes([kind]) + bytes(355)
        for kind, size, name in fields
    ]
    with suppress(SubmissionRejected):
        opened("a.tar", with_checksums(blocks) + bytes(1024))
