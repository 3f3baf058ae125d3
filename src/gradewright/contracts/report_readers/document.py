"""The walk over an untrusted document: in bounded time and memory, one test case in memory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, LexicalHandler, property_lexical_handler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.sax.xmlreader import AttributesImpl

ROOTS = frozenset({"testsuites", "testsuite", "testng-results"})
SUITES = frozenset({"testsuite", "suite"})
CASES = frozenset({"testcase", "test-method"})
MAX_DEPTH = 64
MAX_ELEMENTS = 200_000


class Broken(Exception):
    """The document cannot be read any further: why, as part of a sentence, and what to do, as a sentence."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class Node:
    """An element of a test case with everything in it."""

    __slots__ = ("attributes", "children", "exact", "loose", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.loose: list[str] = []
        self.exact: list[str] = []

    @property
    def text(self) -> str:
        """What its CDATA sections hold; without any, its text. TestNG puts blanks around the sections."""
        return "".join(self.exact) if self.exact else "".join(self.loose).strip()

    def child(self, tag: str) -> Node | None:
        return next((child for child in self.children if child.tag == tag), None)

    def descendants(self, tag: str) -> Iterator[Node]:
        for child in self.children:
            if child.tag == tag:
                yield child
            if child.children:
                yield from child.descendants(tag)


def walk(text: str, found: Callable[[str, Node], None]) -> None:
    """Call `found` with the name of the suite and the element of every complete test case, in order.

    Raises `Broken`, after the calls for all test cases that end before the break.
    """
    parser = make_parser()
    walker = _Walker(found)
    parser.setContentHandler(walker)
    parser.setProperty(property_lexical_handler, walker)
    try:
        parser.feed(text)
        parser.close()
    except SAXParseException as error:
        reason = f"the XML breaks off or is broken ({error.getMessage()})"
        raise Broken(reason, "The output of the tests may tell what stopped them.") from None
    except DefusedXmlException:
        reason = "it declares entities or refers to other documents, which is refused"
        raise Broken(reason, "Let the tests write XML without a document type.") from None


class _Walker(ContentHandler, LexicalHandler):
    def __init__(self, found: Callable[[str, Node], None]) -> None:
        super().__init__()
        self.found = found
        self.elements = 0
        self.depth = 0
        self.suites: list[str] = []
        self.open: list[Node] = []  # the test case we are in, and the elements open in it
        self.in_cdata = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.elements += 1
        self.depth += 1
        if self.depth == 1 and name not in ROOTS:
            reason = f"it starts with <{name[:40]}> instead of <testsuites>, <testsuite> or <testng-results>"
            raise Broken(reason, "Let the tests write JUnit XML.")
        if self.depth > MAX_DEPTH:
            raise Broken(f"it is nested more than {MAX_DEPTH} levels deep", "No test framework writes that.")
        if self.elements > MAX_ELEMENTS:
            raise Broken(f"it has more than {MAX_ELEMENTS} elements", "Let the tests report less.")
        if self.open:
            node = Node(name, dict(attrs.items()))
            self.open[-1].children.append(node)
            self.open.append(node)
        elif name in CASES:
            self.open.append(Node(name, dict(attrs.items())))
        elif name in SUITES:
            self.suites.append(attrs.get("name", ""))

    def endElement(self, name: str) -> None:
        self.depth -= 1
        if self.open:
            node = self.open.pop()
            if not self.open:
                self.found(self.suites[-1] if self.suites else "", node)
        elif name in SUITES:
            self.suites.pop()

    def characters(self, content: str) -> None:
        if self.open:
            node = self.open[-1]
            (node.exact if self.in_cdata else node.loose).append(content)

    def startCDATA(self) -> None:
        self.in_cdata = True

    def endCDATA(self) -> None:
        self.in_cdata = False
