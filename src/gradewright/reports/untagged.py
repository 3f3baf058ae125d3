"""Rich feedback of a grader where only text can be shown."""

from __future__ import annotations

from html.parser import HTMLParser

BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
    | {"li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
UNSEEN = frozenset({"head", "script", "style", "template", "title"})
CELLS = frozenset({"td", "th"})


def untagged(html: str) -> str:
    """The text of an HTML fragment, blocks on lines of their own."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.pieces).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self._verbatim += tag == "pre"
        self._separate(tag)
        if tag == "li":
            self.pieces.append("- ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        self._verbatim = max(0, self._verbatim - (tag == "pre"))
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data if self._verbatim else _collapsed(data))

    def _separate(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif tag in CELLS:
            self.pieces.append("  ")


def _collapsed(data: str) -> str:
    words = " ".join(data.split())
    if not words:
        return " " if data else ""
    return f"{' ' * data[0].isspace()}{words}{' ' * data[-1].isspace()}"
