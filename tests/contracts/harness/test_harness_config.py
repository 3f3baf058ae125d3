"""What a part's config may say (queues 1.3), and what is said of one that cannot be used."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.harness.config import KEYS, read_config
from gradewright.contracts.harness.records import HarnessSettings
from gradewright.errors import AuthorError
from gradewright.model.run import MIB

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "contracts" / "harness.md"


def read(*lines: str) -> HarnessSettings:
    return read_config("\n".join(["[config]", "filename = hw.py", *lines]).encode())


def problems(data: bytes) -> list[str]:
    with pytest.raises(AuthorError) as caught:
        read_config(data)
    assert "config" in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def test_a_filename_is_enough() -> None:
    settings = read_config(b"[config]\nfilename=hw.py\n")
    assert settings.filename == "hw.py"
    assert settings.max_filesize == 4096
    assert settings.time_limit == 5
    assert (settings.multiplier, settings.minimum, settings.maximum) == (1, 0, 100)
    assert (settings.compile_target, settings.run_target) == ("compile", "run")
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("max-filesize = 10", "max_filesize", 10 * 1024),
        ("max-filesize = 4K", "max_filesize", 4096),
        ("MAX-FILESIZE: 1M", "max_filesize", MIB),
        ("timelimit = 2.5", "time_limit", 2.5),
        ("grademult = 1/3", "multiplier", Fraction(1, 3)),
        ("grademult = 0.25", "multiplier", Fraction(1, 4)),
        ("minimum-score = -2", "minimum", Fraction(-2)),
        ("maximum-score = 1e2", "maximum", Fraction(100)),
        ("compile-target = all", "compile_target", "all"),
        ("run-target = check", "run_target", "check"),
        ("stderr = discard", "stderr_kept", False),
        ("feedback-format = html", "html", True),
        ("max-feedback = 1K", "max_feedback", 1024),
        ("on-zero-feedback = replace", "zero_feedback_kept", False),
        ("strict-log = no", "strict_log", False),
        ("encoding = any", "utf8_only", False),
        ("memory = 512M", "memory", 512 * MIB),
        ("processes = 8", "processes", 8),
        ("output-limit = 2M", "output_limit", 2 * MIB),
        ("network = on", "network", True),
        ("warm-python = On", "warm_python", ()),
        ("warm-python = off", "warm_python", None),
        ("warm-python = numpy, os.path json", "warm_python", ("numpy", "os.path", "json")),
    ],
)
def test_each_key_is_understood(line: str, field: str, value: object) -> None:
    assert getattr(read(line), field) == value


def test_a_percent_sign_is_one() -> None:
    assert read_config(b"[config]\nfilename = hw%1.sml\n").filename == "hw%1.sml"


@pytest.mark.parametrize(
    "line",
    [
        "max-filesize = large",
        "timelimit = 0",
        "timelimit = soon",
        "grademult = 1e9999999",
        "minimum-score = nan",
        "run-target = $(shell true)",
        "stderr = maybe",
        "processes = 0",
        "memory = 1 potato",
        "network = perhaps",
        "warm-python = ",
        "warm-python = on numpy/core",
    ],
)
def test_a_value_that_makes_no_sense_is_told_with_its_line(line: str) -> None:
    key = line.partition(" ")[0]
    (problem,) = problems(f"[config]\nfilename = hw.py\n{line}\n".encode())
    assert problem.startswith(f"config:3: {key} ")


@pytest.mark.parametrize("name", ["../hw.py", "src/hw.py", "..", "", "a\x07b"])
def test_a_filename_is_a_plain_name(name: str) -> None:
    assert "filename must be" in problems(f"[config]\nfilename = {name}\n".encode())[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is no section [config]."),
        (b"filename = hw.py\n", "config:1: This stands above the first section."),
        (b"[config]\nfilename = a\nwhat is this\n", "config:3: This is neither a section nor a key."),
        (b"[config]\nfilename = a\nfilename = b\n", "config:3: "),
        (b"[config]\ntimelimit = 5\n", "filename is missing."),
        (b"[config]\nfilename = \xff\n", "config:2: This is not UTF-8."),
        (
            b"[config]\nfilename = a\nminimum-score = 9\nmaximum-score = 3\n",
            "minimum-score (9) is above maximum-score (3).",
        ),
    ],
)
def test_a_config_that_cannot_be_used_says_where_and_why(data: bytes, words: str) -> None:
    assert words in problems(data)[0]


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(b"[config]\ntimelimit = x\ngrademult = y\n")) == 3


def test_an_unknown_key_is_a_warning_that_names_the_one_meant() -> None:
    (warning,) = read("time-limit = 9").warnings
    assert warning.line == 3
    assert warning.severity == "warning"
    assert "timelimit" in warning.remedy


@given(st.binary(max_size=120) | st.text(alphabet="[config]\n=:#; filename%1/xyz", max_size=60).map(str.encode))
def test_no_config_at_all_is_a_surprise(data: bytes) -> None:
    try:
        read_config(data)
    except AuthorError as error:
        assert error.problems


def test_every_key_has_its_place_in_the_reference() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), flags=re.MULTILINE)
    assert set(documented) >= set(KEYS)
