"""What a front end reads out of a page (A+ spec 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2


@dataclass(slots=True, kw_only=True)
class Page:
    """The metas of a page by name, and the texts and attributes of its elements."""

    metas: dict[str, str] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    text: str = ""
    fields: dict[str, dict[str, str]] = field(default_factory=dict)  # attributes of the last element of each name
    names: list[str] = field(default_factory=list)  # of all elements with one


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if tag == "html":
            self.page.language = attributes.get("lang", "")
        elif tag == "meta" and "name" in attributes:
            self.page.metas[attributes["name"]] = attributes.get("value", attributes.get("content", ""))
        elif "name" in attributes:
            self.page.fields[attributes["name"]] = attributes
            self.page.names.append(attributes["name"])

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.page.title += data
        elif "style" not in self._inside and "script" not in self._inside:
            self.page.text += data


def read(response: httpx2.Response) -> Page:
    """The page in a response that a front end would take."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].startswith("text/html")
    return parse(response.text)


def parse(text: str) -> Page:
    reader = _Reader()
    reader.feed(text)
    return reader.page
