"""A batch on a package of 30 Python tests, against the same `make` targets bare: no walls, no limits, nothing read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Ratio, Results, samples, timed
from gradewright.contracts.coursemology.planning import RUNNER

TESTS = 10  # of each type
SUBMISSIONS = 100
JOBS = 2
TURNS = 3
TARGETS = ("prepare", "compile", "public", "private", "evaluation")
ROMAN = Path(__file__).parents[1] / "examples" / "packages" / "roman-python"


def measure() -> Results:
    with TemporaryDirectory(dir="/run", prefix="gradewright-bench-") as directory:
        package, answers = _package(Path(directory, "package")), _answers(Path(directory, "answers"))
        warm, anew, bare = [], [], []
        for _ in range(TURNS):
            bare.append(timed(lambda: _bare(package, answers, Path(directory))))
            anew.append(timed(lambda: _batch(package, answers)))
            warm.append(timed(lambda: _batch(package, answers, "--warm-python", "unittest,xml.sax.saxutils")))
    subjects = {"grade batch, Python warm": warm, "grade batch": anew, "make, bare": bare}
    found = samples(f"package, {SUBMISSIONS} of {3 * TESTS} tests", subjects)
    return Results(
        samples=found,
        ratios=(
            Ratio.of_rates("`grade batch` on a package, Python warm / bare make", found[0], found[2], target=0.85),
            Ratio.of_rates("`grade batch` on a package / bare make", found[1], found[2], target=0.85),
        ),
    )


def _package(path: Path) -> Path:
    """The example with more tests."""
    shutil.copytree(ROMAN / "package", path)
    grader = path / "tests" / "autograde.py"
    head, _, _ = grader.read_text().partition("class PublicTestsGrader")
    _, main, tail = grader.read_text().partition('if __name__ == "__main__":')
    grader.write_text("\n".join([head, *_classes(), main + tail]))
    return path


def _classes() -> Iterator[str]:
    for type in ("public", "private", "evaluation"):
        yield f"class {type.title()}TestsGrader(Grader):"
        for number in range(TESTS):
            yield "    @timeout_decorator.timeout(1)"
            yield f"    def test_{type}_{number:02}(self):"
            yield f'        self.check({1000 * (number % 3 + 1)}, "{"M" * (number % 3 + 1)}")\n'


def _answers(path: Path) -> Path:
    path.mkdir()
    for number in range(SUBMISSIONS):
        shutil.copy(ROMAN / "submissions" / "right.py", path / f"student-{number:03}.py")
    return path


def _batch(package: Path, answers: Path, *more: str) -> None:
    """A whole run of the command."""
    words = [str(Path(sys.executable).with_name("gradewright")), "-q", "grade", "batch", str(package), str(answers)]
    words += ["--jobs", str(JOBS), "--fresh", "--format", "csv", "--sandbox", "namespaces", *more]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert done.stdout.count(",graded,20,20") == SUBMISSIONS


def _bare(package: Path, answers: Path, place: Path) -> None:
    """The targets of all submissions, each in a copy of the package."""
    environment = {**os.environ, "PYTHONPATH": str(RUNNER), "PYTHON": "python3", "PATH": "/usr/bin:/bin"}

    def one(answer: Path) -> None:
        copy = place / answer.stem
        shutil.copytree(package, copy)
        shutil.copy(answer, copy / "submission" / "template.py")
        for target in TARGETS:
            subprocess.run(["make", target], cwd=copy, env=environment, check=True, capture_output=True)
        shutil.rmtree(copy)

    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, sorted(answers.iterdir())))
