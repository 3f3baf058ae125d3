"""Where a key stands in a TOML text."""

from __future__ import annotations

import pytest

from gradewright.courses.toml_lines import line_of, lines_of_keys

TEXT = '''\
# contract = "not this one"
contract = "cases"
"quoted key" = 1
a.b = 2
list = [
    1,
]
text = """
[fake]
fake = 1
"""
raw = \'\'\'one line\'\'\'

[limits]   # a remark
memory = "1M"

[[cases]]
name = "one"
[cases.limits]
memory = "1M"
[[cases]]
  points = 2
compare = { method = "numbers", absolute = 1 }
[cases.files]
"a.txt" = "1"
[[cases.rows]]
x = 1
[[cases.rows]]
x = 2
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("contract", 2),
        ("quoted key", 3),
        ("a.b", 4),
        ("list", 5),
        ("text", 8),
        ("raw", 12),
        ("limits", 14),
        ("limits.memory", 15),
        ("cases[1]", 17),
        ("cases[1].name", 18),
        ("cases[1].limits.memory", 20),
        ("cases[2]", 21),
        ("cases[2].points", 22),
        ("cases[2].compare.absolute", 23),
        ("cases[2].files", 24),
        ("cases[2].rows[2].x", 29),
        ("cases[2].missing", 21),
        ("limits.missing", 14),
        ("fake", None),
        ("cases[3].x", None),
        ("missing", None),
        ("", None),
    ],
)
def test_the_line_of_a_key_or_of_what_holds_it(key: str, line: int | None) -> None:
    assert line_of(key, lines_of_keys(TEXT)) == line
