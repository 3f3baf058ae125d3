"""In which line of a TOML text a key stands, so that problems can name it; `tomllib` does not tell."""

from __future__ import annotations

import re
from collections import Counter

HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?")
KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=(.*)""")
MULTILINE = ('"""', "'''")


def lines_of_keys(text: str) -> dict[str, int]:
    """The line of each table and key, counted from 1, by dotted names such as "cases[2].points".

    Keys inside of inline tables and arrays that span lines are not found; `line_of` falls back to what holds them.
    """
    found: dict[str, int] = {}
    tables: Counter[str] = Counter()
    inside, closing = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
        elif header := HEADER.fullmatch(line):
            inside = _table_name(header[2], repeated=header[1] == "[[", tables=tables)
            found.setdefault(inside, number)
        elif key := KEY.match(line):
            found.setdefault(".".join(filter(None, [inside, *_parts(key[1])])), number)
            closing = next((quote for quote in MULTILINE if key[2].count(quote) % 2), "")
    return found


def line_of(key: str, found: dict[str, int]) -> int | None:
    """The line of the key, or of the nearest table or key that holds it."""
    while key and key not in found:
        key = re.sub(r"(?:^|\.)[^.]*$", "", key) if not key.endswith("]") or "." in key else ""
    return found.get(key)


def _table_name(header: str, *, repeated: bool, tables: Counter[str]) -> str:
    """The dotted name with the number of the member of an array: "cases.limits" belongs to the last of the cases."""
    path = ""
    *above, last = _parts(header)
    for part in above:
        path = f"{path}.{part}" if path else part
        path = f"{path}[{tables[path]}]" if tables[path] else path
    path = f"{path}.{last}" if path else last
    if repeated:
        tables[path] += 1
        return f"{path}[{tables[path]}]"
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted)]
