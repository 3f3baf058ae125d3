"""What an author may write, and how they hear of what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.cases import Cases
from gradewright.contracts.cases.case_settings import CASE_KEYS
from gradewright.contracts.cases.records import Settings
from gradewright.contracts.cases.settings import KEYS
from gradewright.errors import AuthorError
from gradewright.model.course import Exercise
from gradewright.model.run import HostFile, Inline
from gradewright.tables import finite
from gradewright.testing import submission_in


@pytest.fixture
def settings_of(make_exercise: Callable[..., Exercise]) -> Callable[..., Settings]:
    def read(source: str, files: Mapping[str, str] | None = None) -> Settings:
        settings = make_exercise(source, files).grader.settings
        assert isinstance(settings, Settings)
        return settings

    return read


def problems(source: str, directory: Path) -> list[str]:
    with pytest.raises(AuthorError) as error:
        Cases().settings(tomllib.loads(source, parse_float=finite), directory)
    return [f"{problem.key}: {problem.message} {problem.remedy}".strip() for problem in error.value.problems]


@pytest.mark.parametrize("language", ["python", "c", "cpp", "java", "javascript"])
def test_a_language_and_a_case_are_enough(settings_of: Callable[..., Settings], language: str) -> None:
    settings = settings_of(f'language = "{language}"\n[[cases]]\nexpected = "1"\n')
    assert settings.run
    assert settings.files
    assert settings.cases[0].name == "case 1"
    assert settings.max_points == 1


def test_an_author_may_say_otherwise_than_the_language(settings_of: Callable[..., Settings]) -> None:
    settings = settings_of(
        'language = "c"\nfiles = ["sum.c"]\ncompile = ["make"]\nrun = ["./sum"]\nenvironment = { A = "b" }\n[[cases]]\n'
    )
    assert (settings.files, settings.compile, settings.run) == (("sum.c",), ("make",), ("./sum",))
    assert settings.environment == {"A": "b"}


def test_cases_take_what_they_do_not_say_from_the_defaults(settings_of: Callable[..., Settings]) -> None:
    one, two = settings_of(
        """
        run = ["x"]
        [defaults]
        points = 2.5
        group = "evaluation"
        compare = "tokens"
        files = { "a" = "1" }
        limits = { wall_seconds = 3, memory = "1M" }
        [[cases]]
        [[cases]]
        points = 1
        compare = "exact"
        files = { "b" = "2" }
        limits = { memory = "2M" }
        """
    ).cases
    assert (one.points, one.group, one.method) == (Fraction(5, 2), "evaluation", "tokens")
    assert (two.points, two.group, two.method) == (1, "evaluation", "exact")
    assert set(two.files) == {"a", "b"}
    assert two.limits == {"wall_seconds": 3, "memory_bytes": 2 * 1024**2}


def test_texts_may_be_files_of_the_author(settings_of: Callable[..., Settings], author: Path) -> None:
    (case,) = settings_of(
        """
        run = ["x"]
        [[cases]]
        stdin = { file = "big.in" }
        expected = { file = "big.out" }
        files = { "data.txt" = { file = "big.in" }, "note" = "inline" }
        """,
        {"big.in": "1 2", "big.out": "3"},
    ).cases
    assert case.stdin == HostFile(author / "big.in")
    assert case.expected == b"3"
    assert case.files == {"data.txt": HostFile(author / "big.in"), "note": Inline(b"inline")}


def test_a_directory_of_cases_is_read_in_natural_order(settings_of: Callable[..., Settings]) -> None:
    files = {"t/10.in": "ten", "t/10.out": "X", "t/9.out": "IX", "t/9.args": "-n 'a b'", "t/README.md": ""}
    settings = settings_of('run = ["x"]\ncases_dir = "t"\n[[cases]]\nname = "extra"\n', files)
    assert [case.name for case in settings.cases] == ["9", "10", "extra"]
    assert settings.cases[0].arguments == ("-n", "a b")
    assert settings.cases[1].expected == b"X"


def test_a_comparison_may_have_options(settings_of: Callable[..., Settings]) -> None:
    source = 'run = ["x"]\n[[cases]]\nexpected = "1"\ncompare = { method = "numbers", absolute = 0.5, relative = 0 }\n'
    (case,) = settings_of(source).cases
    assert case.compare(b"1", b"1.5") == ""
    assert case.compare(b"1", b"1.51") != ""


def test_a_case_may_compare_where_the_default_is_a_judge(settings_of: Callable[..., Settings]) -> None:
    defaults = '[defaults]\ncompare = { method = "judge", command = ["j"] }\n'
    one, two = settings_of(f'run = ["x"]\n{defaults}[[cases]]\n[[cases]]\ncompare = "lines"\n').cases
    assert one.judge is not None
    assert two.judge is None


ONE = 'run = ["x"]\n[[cases]]\n'

MISTAKES = [
    ("", ["run: run is missing.", "cases: cases are missing."]),
    ('language = "pyton"\n[[cases]]\n', ["language: language must be one of python, c,"]),
    ('run = "x"\n[[cases]]\n', ['run: run must be a command as a list of words, such as ["python3"']),
    ('runn = ["x"]\nlanguage = "c"\n[[cases]]\n', ["runn: runn is not known. Did you mean run?"]),
    ('titel = "x"\nlanguage = "c"\n[[cases]]\n', ["titel: titel is not known. Did you mean title?"]),
    (ONE + 'poinst = 2\n', ["cases[1].poinst: poinst is not known. Did you mean points?"]),
    (ONE + 'points = -1\n', ["cases[1].points: points must not be negative."]),
    (ONE + 'points = "2"\n', ["cases[1].points: points must be a number."]),
    (ONE + "points = inf\n", ["cases[1].points: points must be a number."]),
    (ONE + "points = true\n", ["cases[1].points: points must be a number."]),
    (ONE + "expected = 42\n", ["cases[1].expected: expected must be a text in quotes or a file of yours"]),
    (ONE + 'expected = { path = "x" }\n', ["cases[1].expected: expected must be a text in quotes or a file"]),
    (ONE + 'expected = { file = "a.ot" }\n', ["expected names a.ot, which does not exist; did you mean a.out?"]),
    (ONE + 'expected = { file = "../a.out" }\n', ["expected must be a relative path without .."]),
    (ONE + 'expected = { file = "tests" }\n', ["expected must name a file, and tests is a directory"]),
    (ONE + 'stdin = { file = "/etc/passwd" }\n', ["stdin must be a relative path without .."]),
    (ONE + 'files = { "/etc/x" = "" }\n', ["files must be a relative path without .."]),
    (ONE + 'files = ["x"]\n', ["files must be a table of files by name"]),
    (ONE + "exit_code = 256\n", ['exit_code must be a whole number from 0 to 255, or "any"']),
    (ONE + 'arguments = "a b"\n', ["arguments must be a list in square brackets"]),
    (ONE + "arguments = [1]\n", ['arguments must be a text in quotes']),
    (ONE + 'visibility = "all"\n', ["visibility must be one of everybody, staff"]),
    (ONE + 'group = ""\n', ["group must be one line of at most 100 characters"]),
    (ONE + 'name = "a\\nb"\n', ["name must be one line of at most 100 characters"]),
    (ONE + 'name = "a"\n[[cases]]\nname = "a"\n', ["cases[2].name: name is 'a', as of another case."]),
    (ONE + 'compare = "fuzzy"\n', ["cases[1].compare: compare must be one of exact, lines, tokens, numbers, "]),
    (ONE + 'compare = ["lines"]\n', ["cases[1].compare: compare must be one of exact"]),
    (ONE + 'compare = "regexp"\nexpected_files = { "a" = "(" }\n', ["cannot be used as a pattern: it is not a"]),
    ('run = ["x"]\ncases_dir = "args"\n', ["holds case a, which has arguments that no shell could read: No closing"]),
    (ONE + "compare = { absolute = 1 }\n", ["cases[1].compare: compare must be one of exact"]),
    (ONE + 'compare = { method = "lines", absolute = 1 }\n', ["cases[1].compare.absolute: absolute is not known."]),
    (ONE + 'compare = { method = "judge" }\n', ["cases[1].compare.command: command is missing."]),
    (ONE + 'compare = { method = "judge", command = ["j"], files = ["w"] }\n', ["compare.files: files names w, which"]),
    (ONE + 'compare = "regexp"\n', ["expected cannot be used as a pattern: none is given."]),
    (ONE + 'compare = "regexp"\nexpected = "("\n', ["expected cannot be used as a pattern: it is not a regular"]),
    (ONE + 'limits = { memory = "much" }\n', ['cases[1].limits.memory: memory must be a size such as "256 MiB"']),
    (ONE + 'limits = { wall_seconds = "soon" }\n', ['wall_seconds must be a time such as 10, "10s"']),
    (ONE + "[defaults]\nname = 'x'\n", ["defaults.name: name is not known."]),
    (ONE + "[compile_limits]\nwall = 1\n", ["compile_limits.wall: wall is not known. Did you mean wall_seconds?"]),
    (ONE + 'cases = 3\n', ["cases[1].cases: cases is not known."]),
    ('run = ["x"]\ncases = 3\n', ["cases: cases must be a list in square brackets."]),
    ('run = ["x"]\ncases = [3]\n', ["cases: cases must be a table."]),
    ('run = ["x"]\ncases = []\n', ["cases: cases must not be empty."]),
    ('run = ["x"]\ncases_dir = "none"\n', ["cases_dir: cases_dir must name a directory, and none is none."]),
    ('run = ["x"]\ncases_dir = "empty"\n', ["cases_dir: cases_dir names a directory without cases."]),
    ('run = ["x"]\ncases_dir = "tests"\n', ["cases_dir holds case b, which lacks b.out, the output to expect."]),
    (ONE + "\n[support]\n", ["support: support must be a text in quotes"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_key_and_what_to_do(author: Path, source: str, says: list[str]) -> None:
    submission_in(author, {"a.out": "", "tests/b.in": "", "tests/a.out": "", "empty/README": "", "args/a.args": "'"})
    found = problems(source, author)
    assert len(found) == len(says)
    for problem, expected in zip(found, says, strict=True):
        assert expected in problem


def test_all_mistakes_are_told_at_once(author: Path) -> None:
    source = 'run = 1\nfiles = 2\n[defaults]\npoints = "x"\n[[cases]]\nexpected = 3\n[[cases]]\nstdin = 4\nhint = 5\n'
    assert len(problems(source, author)) == 6


def test_a_pattern_may_be_for_a_file(settings_of: Callable[..., Settings]) -> None:
    (case,) = settings_of(ONE + 'compare = "regexp"\nexpected_files = { "a" = "[0-9]+" }\n').cases
    assert case.compare(case.expected_files["a"], b"42") == ""


def test_a_judge_takes_along_only_files_of_the_author(settings_of: Callable[..., Settings], author: Path) -> None:
    source = ONE + 'compare = { method = "judge", command = ["/bin/sh", "judge.sh", "../grader/judge.sh", "-x"] }\n'
    (case,) = settings_of(source, {"judge.sh": "exit 0"}).cases
    assert case.judge is not None
    assert case.judge.files == {"judge.sh": author / "judge.sh"}


values = st.recursive(
    st.one_of(st.booleans(), st.integers(-1, 300), st.fractions(), st.floats(), st.text(max_size=3), st.dates())
    | st.sampled_from(["c", "any", "lines", "numbers", "regexp", "judge", "(", "a.out", "tests", "staff", "1M", "10s"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["file", "method", "absolute", "command", "memory", "a.txt"]), inner, max_size=3
        )
    ),
    max_leaves=4,
)
cases = st.dictionaries(st.sampled_from([*CASE_KEYS, "other"]), values, max_size=4)
graders = st.fixed_dictionaries(
    {"run": st.just(["x"]), "cases": st.lists(cases, max_size=3)},
    optional={
        "defaults": cases,
        **{key: values for key in (*KEYS, "other") if key not in ("run", "cases", "defaults")},
    },
)


@given(grader=graders)
def test_no_grader_file_is_worse_than_wrong(author_files: Path, grader: dict[str, object]) -> None:
    try:
        settings = Cases().settings(grader, author_files)
    except AuthorError as error:
        assert error.problems
        assert all(problem.key and problem.message.endswith(".") for problem in error.problems)
        return
    for case in settings.cases:
        assert isinstance(case.compare(case.expected or b"x", b"anything"), str)


@pytest.fixture(scope="module")
def author_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("grader")
    submission_in(directory, {"a.out": "", "tests/b.in": "", "tests/b.out": ""})
    return directory
