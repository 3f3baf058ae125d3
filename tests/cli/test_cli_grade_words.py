"""Which words of `grade local` are ours, which the grader's, and which its environment (coursera 1.2, 1.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.cli.grade_local import local
from gradewright.cli.grade_words import environment


def understood(*words: str, program: str = "gradewright") -> dict[str, Any]:
    """The parameters that differ from those of `grade local IMAGE .`; the submission is this directory."""
    root = click.Context(click.Group(), info_name=program)
    plain, given_ = (local.make_context("local", list(each), parent=root).params for each in (("I", "."), words))
    return {name: value for name, value in given_.items() if value != plain[name]}


FORMS = [  # words, what differs from the plain form
    (["I", ".", "a", "b"], {"words": ("a", "b")}),
    (["I", ".", "--no-rm", "-h", "--", "x"], {"words": ("--no-rm", "-h", "--", "x")}),
    (["--no-rm", "I", ".", "a"], {"no_rm": True, "words": ("a",)}),
    (["I", "--no-rm", ".", "a"], {"no_rm": True, "words": ("a",)}),
    (["I", "--timeout", "5", ".", "a"], {"timeout": 5.0, "words": ("a",)}),
    (["--timeout=5", "I", ".", "a"], {"timeout": 5.0, "words": ("a",)}),
    (["--", "I", ".", "--no-rm"], {"words": ("--no-rm",)}),
    (["I", ".", "{}"], {"document": "{}"}),
    (["I", ".", '{"a": 1}', "--no-rm", "--timeout", "5"], {"document": '{"a": 1}', "no_rm": True, "timeout": 5.0}),
    (["--no-rm", "I", ".", '["a=1"]'], {"document": '["a=1"]', "no_rm": True}),
    (["I", ".", "null"], {"document": "null"}),
    (["I", ".", "nullify", "{}"], {"words": ("nullify", "{}")}),
    (["--contract", "v1", "I", ".", "{}"], {"contract": "v1", "words": ("{}",)}),
    (["--contract=v1", "I", ".", "{}", "--no-rm"], {"contract": "v1", "words": ("{}", "--no-rm")}),
    (["--contract", "v2", "I", ".", "x"], {"contract": "v2", "document": "x"}),
    (["--contract", "auto", "I", ".", "{}"], {"contract": "auto", "document": "{}"}),
    (["--environment", "{}", "I", ".", "a"], {"document": "{}", "words": ("a",)}),
]


@pytest.mark.parametrize(("words", "expected"), FORMS)
def test_each_word_is_given_to_whom_it_belongs(words: list[str], expected: dict[str, Any]) -> None:
    assert understood(*words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--no-rm"], {"no_rm": True}),
        (["--timeout", "5", "--json"], {"timeout": 5.0, "as_json": True}),
        (["a", "--no-rm", "b"], {"no_rm": True, "words": ("a", "b")}),
        (["--", "a", "--no-rm"], {"words": ("a", "--no-rm")}),
        (["--no-rm", "{}"], {"no_rm": True, "document": "{}"}),
        (["{}", "--no-rm"], {"no_rm": True, "document": "{}"}),
    ],
)
@pytest.mark.parametrize("named", ["grader.toml", "Makefile"])
def test_options_may_follow_the_submission_where_the_grader_takes_no_words(
    tmp_path: Path, words: list[str], expected: dict[str, Any], named: str
) -> None:
    (tmp_path / named).write_text('contract = "cases"\n')
    assert understood(str(tmp_path), ".", *words) == {"grader": str(tmp_path), **expected}


def test_under_the_name_of_the_second_original_the_third_word_is_always_the_environment() -> None:
    assert understood("I", ".", "x", "--no-rm", program="coursera_autograder") == {"document": "x", "no_rm": True}


@pytest.mark.parametrize("words", [["I"], ["I", ".", "{}", "x"], ["I", ".", "{}", "--", "x"], ["--nothing", "I", "."]])
def test_too_few_and_too_many_words_are_usage_errors(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        understood(*words)


@given(st.lists(st.text(min_size=1, max_size=8)).filter(lambda words: not words or words[0][0] not in "{["))
def test_whatever_follows_the_submission_reaches_the_grader_unchanged(words: list[str]) -> None:
    if words[:1] != ["null"]:
        assert understood("I", ".", *words).get("words", ()) == tuple(words)


VALUES = st.text(st.characters(exclude_characters="\0", codec="utf-8")) | st.integers() | st.booleans()


@given(st.dictionaries(st.text("abcXYZ_", min_size=1), VALUES))
def test_values_become_texts_as_in_the_original(values: dict[str, Any]) -> None:
    import json

    assert environment(json.dumps(values)) == {name: str(value) for name, value in values.items()}
