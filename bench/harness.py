"""`gradewright harness --local` on many small submissions, against the loop of the original: one at a time, no sandbox.

The work of the parts is the start of Python, which they may have warm if they ask for it. Two jobs at once without any
walls, and with Python started anew, would have 2.9 times the rate of the loop.

The original is a script that calls make twice for each submission and waits for it with a time limit, which in Python
means to look again after ever longer naps. `_serial` is such a loop of our own, with nothing else in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Ratio, Results, samples, timed

PARTS, STUDENTS = 4, 50
JOBS = 2
TURNS = 3
TIME_LIMIT = 5
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # the same interpreter as in the sandbox
MODULES = "py_compile argparse runpy"  # what the targets import
CASE = f"{PARTS * STUDENTS} parts-students"
CONFIG = "[config]\nfilename = answer.py\n"
MAKEFILE = """\
compile:
\tpython3 -m py_compile src/answer.py
run:
\tpython3 $(RESOURCE_HOME)/try.py src/answer.py out/tests.log
"""
TRY = """\
import runpy, sys
answer = runpy.run_path(sys.argv[1])
with open(sys.argv[2], "w") as log:
    log.writelines(f"{int(answer['double'](n) == 2 * n)};double({n})\\n" for n in range(10))
"""


def measure() -> Results:
    with TemporaryDirectory(prefix="gradewright-bench-") as directory:
        place = Path(directory)
        submissions, resources, asking = _tree(place)
        warm, anew, serial, bare = [], [], [], []
        for _ in range(TURNS):
            warm.append(timed(lambda: _ours(submissions, asking)))
            anew.append(timed(lambda: _ours(submissions, resources)))
            serial.append(timed(lambda: _serial(submissions, resources, nap=True)))
            bare.append(timed(lambda: _serial(submissions, resources, nap=False)))
    subjects = {"harness, Python warm": warm, "harness": anew, "the original's loop": serial, "without naps": bare}
    found = samples(CASE, subjects)
    return Results(
        samples=found,
        ratios=(
            Ratio.of_rates("`harness --local`, Python warm / the original's loop", found[0], found[2], target=3),
            Ratio.of_rates("`harness --local` / the original's loop", found[1], found[2], target=3),
        ),
    )


def _tree(place: Path) -> tuple[Path, Path, Path]:
    """Submissions, the parts for them, and the same parts asking for a warm Python."""
    for part in range(PARTS):
        for name, more in (("resources", ""), ("asking", f"warm-python = {MODULES}\n")):
            resources = place / name / str(part)
            resources.mkdir(parents=True)
            for file, content in (("config", f"{CONFIG}{more}"), ("Makefile", MAKEFILE), ("try.py", TRY)):
                (resources / file).write_text(content)
        for student in range(STUDENTS):
            source = place / "submissions" / str(part) / f"s{student:02}" / "src"
            source.mkdir(parents=True)
            (source / "answer.py").write_text(f"def double(n):\n    return 2 * n  # of s{student:02}\n")
    return place / "submissions", place / "resources", place / "asking"


def _ours(submissions: Path, resources: Path) -> None:
    words = [Path(sys.executable).with_name("gradewright"), "harness", "--local", "--jobs", str(JOBS)]
    words += ["--submissions", submissions, "--resources", resources, "--sandbox", "namespaces"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert done.stdout.count("Score: 10.00") == PARTS * STUDENTS


def _serial(submissions: Path, resources: Path, *, nap: bool) -> None:
    graded = 0
    for part in submissions.iterdir():
        for student in part.iterdir():
            graded += _graded(student, resources / part.name, nap=nap) == 10
    assert graded == PARTS * STUDENTS


def _graded(student: Path, resources: Path, *, nap: bool) -> Fraction:
    for name in ("bin", "out"):
        (student / name).mkdir(exist_ok=True)
    for target in ("compile", "run"):
        command = ["make", "-s", "-f", resources / "Makefile", "-C", student, f"RESOURCE_HOME={resources}", target]
        with (student / "out" / f"{target}.log").open("w") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.DEVNULL, env=ENVIRONMENT, preexec_fn=os.setpgrp
            )
            assert process.wait(TIME_LIMIT if nap else None) == 0
    shutil.rmtree(student / "src" / "__pycache__")  # a new submission has none
    lines = (student / "out" / "tests.log").read_text().splitlines()
    return sum((Fraction(line.partition(";")[0]) for line in lines), Fraction(0))
