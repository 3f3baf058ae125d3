"""Reading Dockerfiles."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.courses.sanity.dockerfile import Instruction, parse


def only(text: str) -> Instruction:
    [instruction] = parse(text)
    return instruction


def brief(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.keyword, each.value) for each in parse(text)]


def test_instructions_are_found_with_their_lines_counted_from_1() -> None:
    text = "# a comment\n\nFROM debian:12\n\nrun  make\t all\n"
    assert brief(text) == [(3, "FROM", "debian:12"), (5, "RUN", "make\t all")]


def test_a_continued_line_goes_on_across_comments_and_empty_lines_and_keeps_its_first_line() -> None:
    text = "RUN a && \\\n  # why\n\n    b && \\  \n  c\nCMD x"
    assert brief(text) == [(1, "RUN", "a &&     b &&   c"), (6, "CMD", "x")]


def test_a_doubled_backslash_does_not_continue() -> None:
    assert brief("RUN a \\\\\nCMD b") == [(1, "RUN", "a \\\\"), (2, "CMD", "b")]


def test_the_escape_directive_changes_what_continues_a_line() -> None:
    assert brief("# escape=`\nRUN dir c:\\\nRUN a `\n b") == [(2, "RUN", "dir c:\\"), (3, "RUN", "a  b")]


def test_a_directive_counts_only_at_the_very_top() -> None:
    assert brief("\n# escape=`\nRUN a \\\n b") == [(3, "RUN", "a  b")]


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    assert brief("\ufeffFROM a\r\nRUN b \\\r\n c\r\n") == [(1, "FROM", "a"), (2, "RUN", "b  c")]


def test_the_body_of_a_heredoc_is_no_instruction() -> None:
    text = "RUN <<EOF\nCOPY a b\nEOF\nCMD x"
    assert brief(text) == [(1, "RUN", "<<EOF"), (4, "CMD", "x")]
    assert parse(text)[0].heredocs == ("COPY a b\n",)


def test_two_heredocs_follow_one_another_and_tabs_are_cut_where_asked() -> None:
    text = 'COPY <<one <<-"two" /x/\n1\none\n\t2\n\ttwo\nCMD x'
    assert parse(text)[0].heredocs == ("1\n", "2\n")
    assert parse(text)[1].line == 6


@pytest.mark.parametrize("text", ['RUN echo "a <<EOF"\nCMD x', "CMD echo <<EOF\nCMD x", "RUN cat <<<word\nCMD x"])
def test_what_only_looks_like_a_heredoc_is_none(text: str) -> None:
    assert [each.line for each in parse(text)] == [1, 2]


def test_a_heredoc_without_an_end_takes_the_rest() -> None:
    assert only("RUN <<EOF\na\nb").heredocs == ("a\nb\n",)


def test_flags_are_taken_apart() -> None:
    copy = only("COPY --from=build --chmod=755 --link /a /b")
    assert copy.flags == (("from", "build"), ("chmod", "755"), ("link", ""))
    assert copy.words == ("/a", "/b")
    assert (copy.flag("chmod"), copy.flag("chown")) == ("755", None)


@pytest.mark.parametrize(
    ("value", "listed"),
    [
        ('["/g", "-x y"]', ("/g", "-x y")),
        ("[]", ()),
        ("/g -x", None),
        ("['/g']", None),
        ('["/g", 1]', None),
        ('["/g"', None),
        ('["/g"] x', None),
    ],
)
def test_the_json_form_is_told_from_the_shell_form(value: str, listed: tuple[str, ...] | None) -> None:
    assert only(f"ENTRYPOINT {value}").listed == listed


def test_stages_are_counted_from_the_first_from() -> None:
    assert [each.stage for each in parse("ARG v\nFROM a\nRUN x\nFROM b AS c\nRUN y")] == [-1, 0, 0, 1, 1]


def test_onbuild_holds_the_instruction_that_it_puts_off() -> None:
    assert brief("ONBUILD RUN <<EOF\nx\nEOF\nCMD y") == [(1, "ONBUILD", "RUN <<EOF"), (4, "CMD", "y")]


@given(st.text(alphabet="FROMRUNCOPY abc\\`#\"'<->=[]\n\r\t", max_size=200) | st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    lines = [instruction.line for instruction in parse(text)]
    assert lines == sorted(set(lines))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


words = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\\`"), max_size=10), min_size=1, max_size=4)


@given(words, st.integers(0, 5))
def test_whatever_is_written_in_json_form_is_read_back(argv: list[str], blank_lines: int) -> None:
    entrypoint = parse("\n" * blank_lines + "FROM a\nENTRYPOINT " + json.dumps(argv))[1]
    assert entrypoint.listed == tuple(argv)
    assert entrypoint.line == blank_lines + 2
