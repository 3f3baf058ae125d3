"""From the bytes of a report to text that an XML parser takes, with as little lost as possible."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECLARED = re.compile(rb"""^<\?xml[^>]{1,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
EIGHT_BIT = re.compile("iso-?8859-(1[0-13-6]?|[2-9])|latin-?1|windows-125[0-8]", re.IGNORECASE)

FORBIDDEN = "[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
FORBIDDEN_CHARACTER = re.compile(FORBIDDEN)
REFERENCE = re.compile("&#(?:x0*([0-9A-Fa-f]{1,6})|0*([0-9]{1,7}));")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"

# No part of this can fail after it has begun, so that no input makes it try again and again.
TOKEN = re.compile(
    r"""<!\[CDATA\[.*?(?:]]>|\Z) | <!--.*?(?:-->|\Z) | <[A-Za-z][^<>"']*(?:"[^"]*"?[^<>"']*|'[^']*'?[^<>"']*)*+""",
    re.DOTALL | re.VERBOSE,
)
QUOTED = re.compile(""""[^"]*"|'[^']*'""")
BLANK = re.compile("\r?\n|\t")


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and a sentence about the bytes that had to be replaced, if there were any."""
    if data.startswith(UTF_16):
        return data.decode("utf-16", "replace"), ""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(
            data
        ), ""  # which takes a character cut off at the end
    except UnicodeDecodeError as error:
        if encoding := _declared(data):
            return data.decode(encoding, "replace"), ""
        found = f"Byte {error.start + 1} of the report (0x{data[error.start]:02x}) is not UTF-8"
        return data.decode("utf-8-sig", "replace"), f"{found} and is shown as {UNKNOWN}; write the report as UTF-8."


def _declared(data: bytes) -> str:
    """The encoding that the document names, if it is one whose every byte is a character."""
    found = DECLARED.match(data)
    name = found[1].decode() if found else ""
    return name if EIGHT_BIT.fullmatch(name) else ""


def parseable(text: str) -> str:
    """The text without what XML forbids, and with line ends in attributes written so that a parser keeps them."""
    text = FORBIDDEN_CHARACTER.sub(UNKNOWN, text.strip("\ufeff\0 \t\r\n"))
    if "&#" in text:
        text = REFERENCE.sub(_allowed_reference, text)
    return "".join(_with_blanks_kept(text))


def _allowed_reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    allowed = code <= 0x10FFFF and not FORBIDDEN_CHARACTER.match(chr(code))
    return found[0] if allowed else UNKNOWN


def _with_blanks_kept(text: str) -> Iterator[str]:
    done = 0
    for token in TOKEN.finditer(text):
        tag = token[0]
        if tag.startswith("<!") or ("\n" not in tag and "\t" not in tag):
            continue
        yield text[done : token.start()]
        yield QUOTED.sub(_as_references, tag)
        done = token.end()
    yield text[done:]


def _as_references(quoted: re.Match[str]) -> str:
    return BLANK.sub(lambda blank: "&#9;" if blank[0] == "\t" else "&#10;", quoted[0])
