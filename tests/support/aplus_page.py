"""What A+ takes out of a page of a grader (A+ spec 3.2), and what a browser would find in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
STATUSES = ("accepted", "rejected")


@dataclass
class Element:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = field(default=None, repr=False)

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in the order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", cls: str = "", **attrs: str) -> list[Element]:
        """The elements below with this tag, class and attributes; "_" in their names stands for "-"."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            each
            for each in self.walk()
            if each is not self
            and tag in ("", each.tag)
            and (not cls or cls in each.attrs.get("class", "").split())
            and all(each.attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", cls: str = "", **attrs: str) -> Element:
        found = self.all(tag, cls, **attrs)
        assert len(found) == 1, f"{len(found)} elements {tag} {cls} {attrs} in: {self.text}"
        return found[0]

    @property
    def text(self) -> str:
        """What is to be read, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child if self.tag not in ("script", "style") else ""
            else:
                yield from child._texts()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.current = Element("document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag} {attrs}>"
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.current)
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.current.tag, f"</{tag}> closes <{self.current.tag} {self.current.attrs}>"
        assert self.current.parent is not None
        self.current = self.current.parent

    def handle_data(self, data: str) -> None:
        self.current.children.append(data)


def parse(html: str) -> Element:
    """The tree of a page or fragment. Fails on tags that are not closed where they should be."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.current is builder.root, f"<{builder.current.tag}> is not closed"
    return builder.root


@dataclass(frozen=True)
class AplusPage:
    """A page as A+ reads it."""

    document: Element
    metas: dict[str, str]
    title: str
    description: str
    content: Element  # what A+ shows

    @property
    def status(self) -> str:
        """What becomes of a submission: graded, waiting, rejected or error."""
        if "points" in self.metas:
            return "graded"
        status = self.metas.get("status", "")
        return {"accepted": "waiting", "rejected": "rejected"}.get(status, "error")

    @property
    def points(self) -> int | None:
        return int(self.metas["points"]) if "points" in self.metas else None

    @property
    def max_points(self) -> int | None:
        text = self.metas.get("max-points", self.metas.get("max_points"))
        return int(text) if text is not None else None

    @property
    def waits(self) -> bool:
        return self.metas.get("wait", "") not in ("", "0", "false")

    @property
    def alerts(self) -> list[str]:
        return [each.text for each in self.content.all(cls="alert")]

    @property
    def form(self) -> Element:
        return self.content.one("form")

    @property
    def fields(self) -> dict[str, list[str]]:
        """What a browser would send of the form as it is, files aside; the names of all fields are there."""
        found: dict[str, list[str]] = {}
        for each in self.content.walk():
            if each.tag in ("input", "textarea", "select") and each.attrs.get("name"):
                found.setdefault(each.attrs["name"], []).extend(_values(each))
        return found


def _values(element: Element) -> list[str]:
    if element.tag == "textarea":
        return ["".join(child for child in element.children if isinstance(child, str)).removeprefix("\n")]
    if element.tag == "select":
        options = element.all("option")
        chosen = [each for each in options if "selected" in each.attrs] or options[:1]
        return [each.attrs["value"] for each in chosen]
    if element.attrs.get("type") in ("radio", "checkbox"):
        return [element.attrs.get("value", "on")] if "checked" in element.attrs else []
    return [] if element.attrs.get("type") == "file" else [element.attrs.get("value", "")]


def read(html: str) -> AplusPage:
    document = parse(html)
    metas = {
        each.attrs["name"]: each.attrs.get("value", each.attrs.get("content", ""))
        for each in document.all("meta")
        if "name" in each.attrs
    }
    titles = document.all("title")
    return AplusPage(
        document=document,
        metas=metas,
        title=metas.get("DC.Title") or (titles[0].text if titles else ""),
        description=metas.get("DC.Description", ""),
        content=_content(document),
    )


def _content(document: Element) -> Element:
    for id in ("aplus", "exercise", "chapter"):
        if found := document.all(id=id):
            return found[0]
    return (document.all(cls="entry-content") or document.all("body"))[0]


def broken_references(document: Element) -> list[str]:
    """Labels and descriptions that point at nothing, and ids that are there twice."""
    ids = [each.attrs["id"] for each in document.walk() if "id" in each.attrs]
    problems = [f"id {id} twice" for id in sorted({id for id in ids if ids.count(id) > 1})]
    for each in document.walk():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            problems += [f"{name} of {each.tag}: {id}" for id in each.attrs.get(name, "").split() if id not in ids]
    return problems


def unlabelled(document: Element) -> list[str]:
    """Names of fields that nothing gives a label."""
    labels = document.all("label")
    labelled = {each.attrs["for"] for each in labels if "for" in each.attrs}
    within = {id(each) for label in labels for each in label.walk()}
    return [
        each.attrs.get("name", "")
        for each in document.walk()
        if each.tag in ("input", "textarea", "select")
        and each.attrs.get("type") != "hidden"
        and each.attrs.get("id") not in labelled
        and id(each) not in within
        and not each.attrs.get("aria-labelledby")
    ]
