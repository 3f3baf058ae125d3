"""What A+ takes out of a page of an exercise (A+ spec 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
ONCE = "data-aplus-once"  # on what is shown to the student who submits, and not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An exercise as loaded, or the answer to what was sent."""

    status: int
    html: str
    headers: Mapping[str, str]
    metas: Mapping[str, str]
    kept: str  # the part of the HTML that A+ keeps, as the feedback of what was judged at once


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: Mapping[str, str]
    begin: int  # in the text, as the next two
    inside: int  # after its opening tag
    end: int  # after its closing tag


_WANTED: tuple[Callable[[_Element], bool], ...] = (
    lambda element: element.attributes.get("id") == "aplus",
    lambda element: element.attributes.get("id") == "exercise",
    lambda element: element.attributes.get("id") == "chapter",
    lambda element: "entry-content" in element.attributes.get("class", "").split(),
    lambda element: element.tag == "body",
)


def page_of(status: int, html: str, headers: Mapping[str, str]) -> Page:
    """What A+ reads in an answer."""
    reader = _Reader(html)
    return Page(status=status, html=html, headers=headers, metas=reader.metas, kept=reader.kept())


class _Reader(HTMLParser):
    """Finds elements by their places in the text, so that what is kept is what was sent."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self._text = text
        self._lines = [0, *(place + 1 for place, character in enumerate(text) if character == "\n")]
        self._elements: list[_Element] = []
        self._open: list[_Element] = []
        self.feed(text)
        self.close()
        for element in self._open:
            element.end = len(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := attributes.get("name")):
            self.metas[name] = attributes.get("value") or attributes.get("content", "")
        inside = self._place + len(self.get_starttag_text() or "")
        element = _Element(tag, attributes, self._place, inside, inside)
        self._elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    handle_startendtag = handle_starttag  # to HTML, the slash in <div/> means nothing

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while True:
            element = self._open.pop()
            element.end = self._place
            if element.tag == tag:
                element.end = self._text.index(">", self._place) + 1
                return

    def kept(self) -> str:
        """The first element that is wanted, without its id and without what is shown only once."""
        found = next((each for wanted in _WANTED for each in self._elements if wanted(each)), None)
        if found is None:
            return self._text
        attributes = {name: value for name, value in found.attributes.items() if name != "id"}
        opening = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        return f"<{found.tag}{opening}>" + "".join(self._without_once(found.inside, found.end))

    def _without_once(self, begin: int, end: int) -> Iterator[str]:
        for element in self._elements:
            if ONCE in element.attributes and begin <= element.begin < end:
                yield self._text[begin : element.begin]
                begin = element.end
        yield self._text[begin:end]

    @property
    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
