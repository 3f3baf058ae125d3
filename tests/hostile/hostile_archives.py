"""Make the archives of `archives.toml`, byte for byte the same each time.

zipfile and tarfile refuse to write most of them, so the zips are written here from their parts.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIB = 1024**3
_TYPES = {
    "symlink": (stat.S_IFLNK, tarfile.SYMTYPE),
    "hardlink": (stat.S_IFREG, tarfile.LNKTYPE),
    "directory": (stat.S_IFDIR, tarfile.DIRTYPE),
    "fifo": (stat.S_IFIFO, tarfile.FIFOTYPE),
    "device": (stat.S_IFBLK, tarfile.BLKTYPE),
    "file": (stat.S_IFREG, tarfile.REGTYPE),
}


@dataclass(frozen=True, kw_only=True)
class HostileArchive:
    name: str
    file: str
    data: bytes
    refused: str | None
    files: tuple[str, ...]
    limits: Mapping[str, int]


def all_archives() -> list[HostileArchive]:
    tables = tomllib.loads(Path(__file__).with_name("archives.toml").read_text())
    return [_archive(name, table) for name, table in tables.items()]


def _archive(name: str, table: Mapping[str, Any]) -> HostileArchive:
    data = globals()[table["made_by"]]() if "made_by" in table else _from_entries(table["file"], table["holds"])
    return HostileArchive(
        name=name,
        file=table["file"],
        data=data,
        refused=table.get("refused"),
        files=tuple(table.get("files", ())),
        limits=table.get("limits", {}),
    )


def _from_entries(file: str, entries: list[Mapping[str, Any]]) -> bytes:
    if file.endswith(".zip"):
        return zip_of(*map(_zip_entry, entries))
    tar = tar_of(*map(_tar_entry, entries))
    match file.rpartition(".")[2]:
        case "gz" | "tgz":
            return gzip.compress(tar, mtime=0)
        case "bz2":
            return bz2.compress(tar)
        case "xz":
            return lzma.compress(tar)
        case _:
            return tar


def _name(entry: Mapping[str, Any]) -> bytes:
    return bytes.fromhex(entry["name_hex"]) if "name_hex" in entry else entry["name"].encode()


def _data(entry: Mapping[str, Any]) -> bytes:
    return bytes(entry["zeros"]) if "zeros" in entry else entry.get("text", entry.get("target", "")).encode()


# --- Zip, from its parts ---


@dataclass(frozen=True, kw_only=True)
class ZipEntry:
    """One entry; what is not None replaces the truth in the archive's list."""

    name: bytes
    data: bytes = b""
    mode: int = stat.S_IFREG | 0o644
    flags: int = 0
    method: int = zlib.DEFLATED
    size: int | None = None
    crc: int | None = None
    offset: int | None = None
    local_name: bytes | None = None


def _zip_entry(entry: Mapping[str, Any]) -> ZipEntry:
    name = _name(entry)
    plain = "name_hex" in entry and not entry.get("utf8")
    mode = _TYPES[entry.get("type", "file")][0] | entry.get("mode", 0o644)
    return ZipEntry(name=name, data=_data(entry), mode=mode, flags=0 if plain else 0x800)


def zip_of(*entries: ZipEntry, before: bytes = b"") -> bytes:
    body, listing = before, b""
    for entry in entries:
        local, listed = _zip_records(entry, len(body))
        body += local
        listing += listed
    count = len(entries)
    return body + listing + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listing), len(body), 0)


def _zip_records(entry: ZipEntry, offset: int) -> tuple[bytes, bytes]:
    packed = _packed(entry.data, entry.method)
    crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
    size = len(entry.data) if entry.size is None else entry.size
    local_name = entry.name if entry.local_name is None else entry.local_name
    common = (20, entry.flags, entry.method, 0, 0x21, crc, len(packed), size)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *common, len(local_name), 0) + local_name + packed
    where = offset if entry.offset is None else entry.offset
    rest = (len(entry.name), 0, 0, 0, 0, entry.mode << 16, where)
    return local, struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, *common, *rest) + entry.name


def _packed(data: bytes, method: int) -> bytes:
    if method == 12:
        return bz2.compress(data)
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


MAIN = ZipEntry(name=b"main.py", data=b"print('hello')\n")
ZEROS = bytes(100_000)


def plain_zip() -> bytes:
    return zip_of(MAIN)


def zip_of_many_small_files() -> bytes:
    return zip_of(*(ZipEntry(name=b"%d" % number, data=ZEROS) for number in range(11)))


def zip_of_2001_empty_files() -> bytes:
    return zip_of(*(ZipEntry(name=b"%d" % number) for number in range(2001)))


def zip_with_a_list_of_9_mib() -> bytes:
    return zip_of(*(ZipEntry(name=b"%05d" % number * 13_000, method=0) for number in range(150)))


def zip_with_overlapping_entries() -> bytes:
    """Each entry's data holds the next entry's header, as in the bombs of that kind."""
    inner, _ = _zip_records(ZipEntry(name=b"b", data=ZEROS), 0)
    outer = ZipEntry(name=b"a", data=inner)
    start = len(_zip_records(ZipEntry(name=b"a"), 0)[0])
    return zip_of(outer, ZipEntry(name=b"b", data=ZEROS, offset=start))


def zip_with_one_entry_under_many_names() -> bytes:
    return zip_of(MAIN, *(ZipEntry(name=b"main%d.py" % number, data=MAIN.data, offset=0) for number in range(3)))


def zip_with_a_bomb_inside() -> bytes:
    return zip_of(ZipEntry(name=b"bomb.zip", data=zip_of(ZipEntry(name=b"zeros", data=bytes(50_000_000)))))


def zip_longer_than_declared() -> bytes:
    return zip_of(ZipEntry(name=b"a", data=ZEROS, size=10, crc=zlib.crc32(ZEROS[:10])))


def zip_shorter_than_declared() -> bytes:
    return zip_of(ZipEntry(name=b"a", data=b"short", size=10))


def zip_with_bad_checksum() -> bytes:
    return zip_of(ZipEntry(name=b"a", data=b"data", crc=0xBAD))


def zip_with_two_names_for_one_entry() -> bytes:
    return zip_of(ZipEntry(name=b"main.py", local_name=b"evil.py", data=b"x"))


def zip_encrypted() -> bytes:
    return zip_of(ZipEntry(name=b"main.py", data=b"twelve bytes and more", flags=0x1))


def zip_with_bzip2() -> bytes:
    return zip_of(ZipEntry(name=b"main.py", data=b"x", method=12))


def zip_behind_a_program() -> bytes:
    return zip_of(MAIN, before=b"MZ this program unpacks itself\n")


def zip_truncated() -> bytes:
    return plain_zip()[:-30]


def web_page() -> bytes:
    return b"<!DOCTYPE html><title>Sign in to download</title>\n" * 20


def nothing() -> bytes:
    return b""


# --- Tar, header by header ---


def header(name: bytes, type: bytes = tarfile.REGTYPE, *, size: int = 0, mode: int = 0o644, target: str = "") -> bytes:
    info = tarfile.TarInfo(name.decode(errors="surrogateescape"))
    info.type, info.size, info.mode, info.linkname = type, size, mode, target
    info.uid, info.gid, info.mtime = 4321, 4321, 1
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def tar_file(name: bytes, data: bytes = b"x", *, mode: int = 0o644) -> bytes:
    return header(name, size=len(data), mode=mode) + padded(data)


def extension(type: bytes, data: bytes) -> bytes:
    return header(b"././@Extension", type, size=len(data)) + padded(data)


def pax(key: str, value: str) -> bytes:
    body = f" {key}={value}\n".encode()
    length = len(body) + len(str(len(body)))
    while len(body) + len(str(length)) != length:
        length += 1
    return str(length).encode() + body


def tar_of(*members: bytes) -> bytes:
    return b"".join(members) + bytes(1024)


def _tar_entry(entry: Mapping[str, Any]) -> bytes:
    kind = entry.get("type", "file")
    if kind == "file":
        return tar_file(_name(entry), _data(entry), mode=entry.get("mode", 0o644))
    return header(_name(entry), _TYPES[kind][1], mode=entry.get("mode", 0o644), target=entry.get("target", ""))


def plain_tar() -> bytes:
    return tar_of(tar_file(b"main.py"))


def tar_with_gnu_long_name() -> bytes:
    return tar_of(extension(tarfile.GNUTYPE_LONGNAME, b"../" * 60 + b"outside.txt\0"), tar_file(b"harmless"))


def tar_with_pax_path() -> bytes:
    return tar_of(extension(tarfile.XHDTYPE, pax("path", "../outside.txt")), tar_file(b"harmless"))


def tar_with_global_pax_path() -> bytes:
    return tar_of(extension(tarfile.XGLTYPE, pax("path", "../outside.txt")), tar_file(b"harmless"))


def tar_with_unknown_type() -> bytes:
    return tar_of(header(b"odd", b"V"))


def tar_of_2001_empty_files() -> bytes:
    return gzip.compress(tar_of(*(tar_file(b"%d" % number, b"") for number in range(2001))), mtime=0)


def tar_of_extension_headers_only() -> bytes:
    return gzip.compress(tar_of(extension(tarfile.XHDTYPE, pax("comment", "x")) * 8100), mtime=0)


def tar_with_zeros_behind_its_end() -> bytes:
    return gzip.compress(plain_tar() + bytes(20_000_000), mtime=0)


def tar_with_sparse_10_gib() -> bytes:
    block = bytearray(header(b"hole", tarfile.GNUTYPE_SPARSE))
    block[386:410] = b"%011o\0" % (10 * GIB - 1) + b"%011o\0" % 0
    block[483:495] = (1 << 95 | 10 * GIB).to_bytes(12, "big")
    return tar_of(_with_checksum(block))


def tar_with_pax_sparse() -> bytes:
    records = pax("GNU.sparse.major", "1") + pax("GNU.sparse.minor", "0") + pax("GNU.sparse.realsize", str(10 * GIB))
    return tar_of(extension(tarfile.XHDTYPE, records), tar_file(b"hole", b"1\n0\n0\n"))


def tar_that_says_10_gib() -> bytes:
    return tar_of(header(b"large", size=10 * GIB))


def tar_with_pax_header_of_4_gib() -> bytes:
    return tar_of(header(b"././@PaxHeader", tarfile.XHDTYPE, size=4 * GIB))


def tar_truncated_in_a_file() -> bytes:
    return tar_file(b"main.py", bytes(10_000))[:5000]


def tar_truncated_between_files() -> bytes:
    return tar_file(b"main.py")


def tar_with_bad_second_header() -> bytes:
    second = bytearray(tar_file(b"second.py"))
    second[0] ^= 1
    return tar_of(tar_file(b"main.py"), bytes(second))


def tar_with_negative_size() -> bytes:
    block = bytearray(header(b"negative"))
    block[124:136] = (-512).to_bytes(12, "big", signed=True)
    return tar_of(_with_checksum(block))


def tar_with_pax_size_of_letters() -> bytes:
    return tar_of(extension(tarfile.XHDTYPE, pax("size", "-1")), tar_file(b"a"))


def tar_with_pax_record_of_length_zero() -> bytes:
    return tar_of(extension(tarfile.XHDTYPE, b"0 path=a\n"), tar_file(b"a"))


def two_tars_joined() -> bytes:
    return plain_tar() + tar_of(tar_file(b"hidden.py"))


def _with_checksum(block: bytearray) -> bytes:
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


# --- Compressed ---


def gzip_truncated() -> bytes:
    return gzip.compress(plain_tar(), mtime=0)[:-20]


def gzip_with_bad_checksum() -> bytes:
    data = bytearray(gzip.compress(plain_tar(), mtime=0))
    data[-8] ^= 1
    return bytes(data)


def xz_truncated() -> bytes:
    return lzma.compress(plain_tar())[:-20]


def xz_that_asks_for_4_gib() -> bytes:
    """A block header with the largest dictionary; `xz -d` would want that much memory for it."""
    data = bytearray(lzma.compress(plain_tar()))
    block = slice(12, 12 + (data[12] + 1) * 4)
    found = data.index(b"\x21\x01", block.start, block.stop)  # LZMA2, with properties of one byte: the dictionary
    data[found + 2] = 40
    data[block.stop - 4 : block.stop] = zlib.crc32(data[block.start : block.stop - 4]).to_bytes(4, "little")
    return bytes(data)
