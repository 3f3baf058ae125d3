"""JUnit XML that is a valid document after each test, whatever becomes of the next one."""

import re

from xmlrunner.outcome import ERROR, FAILURE, PASSED, SKIPPED, Outcome

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import IO, Dict

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
CLOSE_SUITE = "  </testsuite>\n"
CLOSE_ALL = "</testsuites>\n"
COUNTS = ("tests", "failures", "errors", "skipped")
COUNTED_AS = {FAILURE: "failures", ERROR: "errors", SKIPPED: "skipped"}

NOT_IN_A_NAME = re.compile("[^A-Za-z0-9_.-]")
# Tables and no patterns: a pattern of these would take 10 ms to compile at each start.
FORBIDDEN = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)
ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
ESCAPES.update(FORBIDDEN)


class Report:
    """Writes into a seekable binary file from where it stands; one write a test case, with all closing tags."""

    def __init__(self, file: "IO[bytes]") -> None:
        self.file = file
        self.start_of_suite = 0
        self.end = file.tell()  # where the next test case or suite goes
        self.suite = ""
        self.counts: Dict[str, int] = {}
        self.seconds = 0.0
        self.write(self.end, HEAD + CLOSE_ALL)
        self.end += len(HEAD)

    def add(self, suite: str, name: str, outcome: Outcome) -> None:
        case = test_case(suite, name, outcome)
        if suite != self.suite:
            self.open(suite, case)
        else:
            self.end = self.write(self.end, case, CLOSE_SUITE + CLOSE_ALL)
        self.seconds += outcome.seconds
        self.counts["tests"] += 1
        if outcome.status != PASSED:
            self.counts[COUNTED_AS[outcome.status]] += 1
        self.write(self.start_of_suite, self.suite_tag())

    def open(self, suite: str, case: str) -> None:
        self.start_of_suite = self.end + (len(CLOSE_SUITE) if self.suite else 0)
        self.suite, self.seconds, self.counts = suite, 0.0, dict.fromkeys(COUNTS, 0)
        self.end = self.write(self.start_of_suite, self.suite_tag() + case, CLOSE_SUITE + CLOSE_ALL)

    def suite_tag(self) -> str:
        """As long at the end as at the beginning, so that the counts can change in their place."""
        counts = " ".join(f'{name}="{self.counts[name]}"' for name in COUNTS)
        return '  <testsuite name="{}" {:<90}>\n'.format(escaped(self.suite), f'{counts} time="{self.seconds:.3f}"')

    def write(self, place: int, text: str, tail: str = "") -> int:
        """Where the text ends; the tail comes after it."""
        data = text.encode()
        self.file.seek(place)
        self.file.write(data + tail.encode())
        self.file.flush()
        return place + len(data)


def test_case(suite: str, name: str, outcome: Outcome) -> str:
    lines = [f'    <testcase classname="{escaped(suite)}" name="{escaped(name)}" time="{outcome.seconds:.3f}">\n']
    if outcome.meta is not None:
        named = {attribute_name(key): text for key, text in outcome.meta.items()}
        texts = [f'{name}="{escaped(text)}"' for name, text in named.items()]
        lines.append("      {} />\n".format(" ".join(["<meta", *texts])))
    if outcome.status == SKIPPED:
        lines.append(f'      <skipped message="{escaped(outcome.message)}" />\n')
    elif outcome.status != PASSED:
        attributes = f'type="{escaped(outcome.type)}" message="{escaped(outcome.message)}"'
        lines.append(f"      <{outcome.status} {attributes}>{cdata(outcome.text)}</{outcome.status}>\n")
    return "".join([*lines, "    </testcase>\n"])


def attribute_name(key: str) -> str:
    name = NOT_IN_A_NAME.sub("_", key)
    return name if name[:1].isalpha() else "_" + name


def escaped(text: str) -> str:
    return text.translate(ESCAPES)


def cdata(text: str) -> str:
    return "<![CDATA[{}]]>".format(text.translate(FORBIDDEN).replace("]]>", "]]]]><![CDATA[>")) if text else ""
