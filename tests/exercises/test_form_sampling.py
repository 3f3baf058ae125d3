"""Which questions and options are drawn: CPython's Random, seeded as A+ spec 2.8 says."""

from __future__ import annotations

from hashlib import md5
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.exercises.records import Visit
from support.exercise_forms import SECRET, ask, config, options, send

CHECKBOX = {"type": "checkbox", "options": options(True, True, True, False, False, False), "points": 10}


def seeded(text: str, ordinal: int | None) -> Random:
    """The rule of the original, recomputed with plain CPython."""
    first = Random(text).randrange(10**10)
    return Random(first if ordinal is None else first + ordinal)


@pytest.mark.parametrize("uid", ["1", "2", "1-2", "1047"])
@pytest.mark.parametrize("ordinal", [1, 2, 9])
def test_questions_of_a_group_are_sampled_by_the_rule(uid: str, ordinal: int) -> None:
    fields = [{"type": "text", "key": f"q{number}"} for number in range(8)]
    form = config(*fields, group={"pick_randomly": 3})
    asked = ask(form, Visit(uid=uid, ordinal=ordinal))
    expected = seeded(f"quiz_fieldgroup0{uid}", ordinal).sample(range(8), 3)
    assert [question.name for question in asked.questions] == [f"q{index}" for index in expected]
    assert asked.hidden["_sample"] == "-".join(map(str, expected))


def test_nobody_known_is_student_1() -> None:
    form = config(CHECKBOX | {"randomized": 3})
    assert ask(form, Visit()) == ask(form, Visit(uid="1"))


@pytest.mark.parametrize("ordinal", [1, 2, 5])
def test_options_are_sampled_by_the_rule(ordinal: int) -> None:
    asked = ask(config(CHECKBOX | {"randomized": 4}), Visit(uid="2", ordinal=ordinal))
    expected = seeded("quizfield_02", ordinal).sample(range(6), 4)
    assert [option.value for option in asked.questions[0].options] == ["abcdef"[index] for index in expected]


@pytest.mark.parametrize("ordinal", [1, 2, 5])
def test_the_count_of_correct_options_is_kept(ordinal: int) -> None:
    asked = ask(config(CHECKBOX | {"randomized": 4, "correct_count": 1}), Visit(uid="2", ordinal=ordinal))
    random = seeded("quizfield_02", ordinal)
    expected = random.sample([0, 1, 2], 1) + random.sample([3, 4, 5], 3)
    random.shuffle(expected)
    assert [option.value for option in asked.questions[0].options] == ["abcdef"[index] for index in expected]


def test_without_resampling_all_attempts_see_the_same() -> None:
    form = config(CHECKBOX | {"randomized": 3, "resample_after_attempt": False})
    shown = [ask(form, Visit(uid="7", ordinal=ordinal)).questions for ordinal in range(1, 6)]
    assert all(each == shown[0] for each in shown)
    assert [option.value for option in shown[0][0].options] == [
        "abcdef"[index] for index in seeded("quizfield_07", None).sample(range(6), 3)
    ]


def test_samples_that_are_known() -> None:
    """Values of CPython 3.11, so that no release of Python or of ours changes what students are asked."""
    form = config(CHECKBOX | {"randomized": 3})
    shown = [ask(form, Visit(uid="2", ordinal=ordinal)).questions[0].options for ordinal in (1, 2, 3)]
    assert ["".join(option.value for option in each) for each in shown] == ["dea", "caf", "cad"]


def test_a_structure_draws_from_its_parts() -> None:
    form = config(CHECKBOX | {"structured-randomized": [2, ["a", [1, ["b", "c"]], [2, ["d", "e", "f"]]]]})
    for ordinal in range(1, 30):
        values = {option.value for option in ask(form, Visit(uid="2", ordinal=ordinal)).questions[0].options}
        assert len(values & set("bc")) in (0, 1)
        assert len(values & set("def")) in (0, 2)
        assert len(values) in (2, 3)


def test_the_checksum_is_md5_of_secret_and_sample() -> None:
    form = config(CHECKBOX | {"randomized": 3}, secret="schön")
    hidden = ask(form).questions[0].hidden
    sample = hidden["field_0_sample"]
    assert hidden["field_0_checksum"] == md5(f"{SECRET}{sample}".encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [{"_sample": "0-1-2"}, {"_checksum": ""}, {"_checksum": "0" * 32}, {"_checksum": "ä"}, {"_checksum": []}],
    ids=str,
)
def test_a_tampered_sample_is_rejected(change: dict[str, str | list[str]]) -> None:
    form = config({"type": "text", "points": 10}, {"type": "text"}, {"type": "text"}, group={"pick_randomly": 1})
    judged = send(form, field_0="x", **change)
    assert not judged.accepted
    assert judged.tampered
    assert judged.points == 0


def test_another_students_sample_gains_nothing() -> None:
    form = config(CHECKBOX | {"randomized": 2})
    mine = ask(form, Visit(uid="2")).questions[0]
    all_others = (ask(form, Visit(uid=str(uid))).questions[0] for uid in range(3, 50))
    others = next(each for each in all_others if set(each.options).isdisjoint(mine.options))
    judged = send(form, Visit(uid="2"), field_0=[others.options[0].value], **others.hidden)
    assert not judged.accepted
    assert judged.fields["field_0"].errors


@given(uid=st.from_regex(r"[0-9]{1,6}(-[0-9]{1,6}){0,3}", fullmatch=True), ordinal=st.integers(1, 10**9))
def test_everybody_is_asked_as_many_as_the_author_says(uid: str, ordinal: int) -> None:
    asked = ask(config(CHECKBOX | {"randomized": 4, "correct_count": 2}), Visit(uid=uid, ordinal=ordinal))
    shown = asked.questions[0].options
    assert len(set(shown)) == 4
    assert sum(option.value in "abc" for option in shown) == 2
    assert asked == ask(config(CHECKBOX | {"randomized": 4, "correct_count": 2}), Visit(uid=uid, ordinal=ordinal))
