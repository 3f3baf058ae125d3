"""A `grader.toml` as a grader, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.courses.grader_file import load_grader
from gradewright.errors import AuthorError, MissingError
from gradewright.model.course import Grader
from gradewright.model.image import Image
from gradewright.model.run import HostRoot, ImageRoot

MINIMAL = """\
contract = "cases"
run = ["python3", "main.py"]

[[cases]]
expected = "1"
"""


class Images:
    """Finds every image, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, reference: str) -> Image:
        self.asked.append(reference)
        return Image(reference=reference, digest=f"sha256:{reference}", architecture="amd64")


def load(directory: Path, source: str | bytes = MINIMAL, images: Images | None = None) -> Grader:
    data = source if isinstance(source, bytes) else source.encode()
    (directory / "grader.toml").write_bytes(data)
    return load_grader(directory, find_image=images or Images())


def complaint(directory: Path, source: str | bytes) -> list[str]:
    with pytest.raises(AuthorError) as error:
        load(directory, source)
    return [str(problem) for problem in error.value.problems]


def test_a_grader_of_host_programs(tmp_path: Path) -> None:
    grader = load(tmp_path)
    assert (grader.contract, grader.root, grader.directory) == ("cases", HostRoot(), tmp_path)
    assert grader.digest.startswith("sha256:")
    assert grader.limits.wall_seconds == 10  # usual for cases


@pytest.mark.parametrize("source", [b"\xef\xbb\xbf" + MINIMAL.encode(), MINIMAL.replace("\n", "\r\n").encode()])
def test_a_file_written_on_windows_is_read(tmp_path: Path, source: bytes) -> None:
    assert load(tmp_path, source).contract == "cases"


def test_limits_are_what_the_author_says(tmp_path: Path) -> None:
    limits = load(tmp_path, f'{MINIMAL}[limits]\nwall_seconds = "1 min"\nmemory = "1 GiB"\ncores = 2\n').limits
    assert (limits.wall_seconds, limits.memory_bytes, limits.cores, limits.processes) == (60, 1024**3, 2, 64)


def test_an_image_is_found_by_its_name(tmp_path: Path) -> None:
    images = Images()
    grader = load(tmp_path, f'image = "python:3"\n{MINIMAL}', images)
    assert isinstance(grader.root, ImageRoot)
    assert images.asked == ["python:3"]


@pytest.mark.parametrize("kind", ["docker-archive:", "oci:"])
def test_an_image_on_disk_is_found_from_the_graders_directory(tmp_path: Path, kind: str) -> None:
    images = Images()
    load(tmp_path, f'image = "{kind}image.tar:tag"\n{MINIMAL}', images)
    load(tmp_path, f'image = "{kind}/elsewhere/image.tar"\n{MINIMAL}', images)
    assert images.asked == [f"{kind}{tmp_path}/image.tar:tag", f"{kind}/elsewhere/image.tar"]


def test_no_image_is_looked_for_while_the_file_is_wrong(tmp_path: Path) -> None:
    images = Images()
    with pytest.raises(AuthorError):
        load(tmp_path, f'image = "python:3"\nwrong = 1\n{MINIMAL}', images)
    assert images.asked == []


def test_directories_of_the_host_are_shown(tmp_path: Path) -> None:
    assert load(tmp_path, f'expose = ["{tmp_path}"]\n{MINIMAL}').root == HostRoot(expose=(str(tmp_path),))


@pytest.mark.parametrize(
    ("said", "modules"), [("true", ()), ("false", None), ('["numpy", "os.path"]', ("numpy", "os.path")), ('"on"', ())]
)
def test_python_may_be_kept_warm(tmp_path: Path, said: str, modules: tuple[str, ...] | None) -> None:
    assert load(tmp_path, f"warm_python = {said}\n{MINIMAL}").warm_python == modules


def test_problems_name_file_line_and_key(tmp_path: Path) -> None:
    source = """\
contract = "cases"
titel = "Sums"
run = ["x"]

[limits]
memory = "lots"

[[cases]]
name = "one"
expected = '''
[[cases]]
points = "no key, but text"
'''

[[cases]]
points = -1
limits = { wall = 1 }
[cases.limits2]
"""
    assert complaint(tmp_path, source) == [
        "grader.toml:2:titel: titel is not known. Did you mean title?",
        'grader.toml:6:limits.memory: memory must be a size such as "256 MiB", "64M" or a number of bytes.',
        "grader.toml:16:cases[2].points: points must not be negative.",
        "grader.toml:17:cases[2].limits.wall: wall is not known. Did you mean wall_seconds?",
        "grader.toml:18:cases[2].limits2: limits2 is not known. Did you mean limits?",
    ]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "grader.toml:contract: contract is missing. Name one of "),
        ("contract = 'case'", "grader.toml:1:contract: contract 'case' is not known. Did you mean cases?"),
        ("contract = cases", "grader.toml:1: This is not valid TOML: Invalid value, column 12."),
        ("a = 1\na = 2\n", "grader.toml:2: This is not valid TOML: Cannot overwrite a value, column 6."),
        ("contract = 'cases", "This is not valid TOML"),
        ("a = " + "[" * 100_000, "This is not valid TOML: it is nested too deeply."),
        ("a = " + "1" * 5000, "This is not valid TOML"),
        (b"title = '\xff'\n", "grader.toml:1: This is not UTF-8."),
        (f"image = 3\n{MINIMAL}", "grader.toml:1:image: image must be a text in quotes"),
        (f"title = 3\n{MINIMAL}", "grader.toml:1:title: title must be a text in quotes"),
        (f"limits = 3\n{MINIMAL}", "grader.toml:1:limits: limits must be a table."),
        (f"warm_python = ['a b']\n{MINIMAL}", "grader.toml:1:warm_python: warm_python must be on, off, or the names"),
        (f"warm_python = 3\n{MINIMAL}", "grader.toml:1:warm_python: warm_python must be on, off, or the names"),
        (f"expose = ['data']\n{MINIMAL}", ":expose: expose must name whole paths from /, and data is none."),
        (f"expose = ['/nowhere']\n{MINIMAL}", "names /nowhere, which is no directory on this machine."),
        (f"expose = ['/']\n{MINIMAL}", "must not name /, which holds what students must not see"),
        (f"expose = ['//root']\n{MINIMAL}", "must not name //root, which holds what students must not see"),
        (f"expose = ['/proc/self/root']\n{MINIMAL}", "must not name /proc/self/root, which holds"),
        (f"expose = ['/proc/1/root/x']\n{MINIMAL}", "names /proc/1/root/x, which is no directory on this machine"),
        (f"image = 'x'\nexpose = []\n{MINIMAL}", "grader.toml:2:expose: expose shows directories of the host"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_sentence(tmp_path: Path, source: str | bytes, says: str) -> None:
    (problem,) = complaint(tmp_path, source)
    assert says in problem


def test_what_the_system_cannot_read_is_a_problem_too(tmp_path: Path) -> None:
    (problem,) = complaint(tmp_path, f"{MINIMAL}stdin = {{ file = '{'x' * 300}' }}\n")
    assert "cannot be read: File name too long." in problem


def test_a_directory_without_grader_is_told_from_a_wrong_one(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"holds no grader\.toml.*\n.*gradewright new"):
        load_grader(tmp_path, find_image=Images())


def test_a_grader_file_that_is_a_directory_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "grader.toml").mkdir()
    with pytest.raises(MissingError, match=r"cannot be read: Is a directory"):
        load_grader(tmp_path, find_image=Images())


def test_a_huge_grader_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match=r"larger than"):
        load(tmp_path, b"#" * (1024 * 1024 + 1))


def test_the_digest_changes_with_whatever_decides_verdicts(tmp_path: Path) -> None:
    def digest(source: str = MINIMAL) -> str:
        return load(tmp_path, source).digest

    seen = [digest(), digest(f"{MINIMAL}\n"), digest(f'image = "a"\n{MINIMAL}'), digest(f'image = "b"\n{MINIMAL}')]
    (tmp_path / "judge.py").write_text("1")
    seen.append(digest())
    (tmp_path / "judge.py").write_text("2")
    seen.append(digest())
    (tmp_path / "judge.py").rename(tmp_path / "other.py")
    seen.append(digest())
    assert len(set(seen)) == len(seen)


def test_the_digest_is_the_same_wherever_the_grader_lies(tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "there"):
        directory = tmp_path / name
        (directory / "tests").mkdir(parents=True)
        (directory / "tests/1.in").write_text("1")
        (directory / ".git").mkdir()
        (directory / ".git/index").write_text(name)
        (directory / "__pycache__").mkdir()
        (directory / "__pycache__/judge.pyc").write_text(name)
        digests.add(load(directory).digest)
    assert len(digests) == 1


def test_an_image_beside_the_grader_counts_by_its_own_digest(tmp_path: Path) -> None:
    digests = set()
    for content in ("one", "two"):
        (tmp_path / "image.tar").write_text(content)
        digests.add(load(tmp_path, f'image = "docker-archive:image.tar"\n{MINIMAL}').digest)
    assert len(digests) == 1


def test_submissions_by_the_thousand_do_not_belong_beside_a_grader(tmp_path: Path) -> None:
    submissions = tmp_path / "submissions"
    submissions.mkdir()
    for number in range(10_001):
        (submissions / str(number)).touch()
    with pytest.raises(AuthorError, match=r"more than 10000 files"):
        load(tmp_path)


def test_a_problem_in_another_file_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[config]\nfilename = a.py\ntimelimit = soon\n")
    (tmp_path / "Makefile").write_text("run: ;\n")
    (found,) = complaint(tmp_path, 'contract = "harness"\n')
    assert found.startswith("config:3: timelimit")


def test_problems_of_a_package_name_its_files_and_else_the_key_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "vowels" / "tests").mkdir(parents=True)
    (tmp_path / "vowels" / "Makefile").write_text("prepare:\ncompile:\npublic:\n\techo\n\ntest:\n\techo\n")
    found = complaint(tmp_path, 'contract = "coursemology"\npackage = "vowels"\n')
    assert [text.partition(" ")[0] for text in found] == ["grader.toml:2:package:", "vowels/Makefile:6:"]
