"""force-charset CHARSET: recode all text files below the working directory; what the charset has not is left out."""

import codecs
import os
import sys
from pathlib import Path
from typing import List, Optional

MARKS = (  # the longer first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSES = ("utf-8", "cp1252", "latin-1")


def main(words: List[str]) -> None:
    if len(words) != 1:
        sys.exit("usage: force-charset charset")
    try:
        codecs.lookup(words[0])
    except LookupError:
        sys.exit(f"There is no charset {words[0]!r}.")
    for directory, _, names in os.walk("."):
        for name in names:
            recode(Path(directory, name), words[0])


def recode(path: Path, charset: str) -> None:
    if path.is_symlink() or not path.is_file():
        return
    data = path.read_bytes()
    text = decoded(data)
    if text is not None:
        recoded = text.encode(charset, "ignore")
        if recoded != data:
            path.write_bytes(recoded)


def decoded(data: bytes) -> Optional[str]:
    """The text, or None if these bytes are none."""
    marked = next((charset for mark, charset in MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data:
        return None
    for charset in (marked,) if marked else GUESSES:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
