"""`grade batch` on a folder of small submissions, against its own sandbox doing the same steps and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Ratio, Results, Sample
from gradewright import plugins
from gradewright.archives import open_submission
from gradewright.courses.grader_file import load_grader
from gradewright.grading.slots import Slots
from gradewright.grading.workspace import fill
from gradewright.model.course import Exercise
from gradewright.model.image import Image
from gradewright.model.machine import Machine

SUBMISSIONS = 200
JOBS = 2
TURNS = 3
GRADER = Path(__file__).parents[1] / "examples" / "graders" / "fibonacci"


def measure() -> Results:
    with TemporaryDirectory(dir="/run", prefix="gradewright-bench-") as directory:
        place = Path(directory)
        place.chmod(0o711)
        few, many = _folder(place / "few", SUBMISSIONS // 8), _folder(place / "many", SUBMISSIONS)
        ours, sandbox = [], []
        for _ in range(TURNS):
            sandbox.append(_sandbox_alone(place, SUBMISSIONS))
            ours.append(_batch(many)[0])
        memory = _batch(many)[1] / _batch(few)[1]
    samples = (
        Sample(case="batch of 200, 2 jobs", subject="grade batch", times=tuple(ours)),
        Sample(case="batch of 200, 2 jobs", subject="its sandbox alone", times=tuple(sandbox)),
    )
    return Results(
        samples=samples,
        ratios=(
            Ratio(
                name="rate of `grade batch` / rate of its sandbox alone",
                value=samples[1].median / samples[0].median,
                target=0.9,
                better="higher",
            ),
            Ratio(name="peak memory at 200 / at 25 submissions", value=memory, target=1.1, better="lower"),
        ),
    )


def _folder(path: Path, count: int) -> Path:
    content = (GRADER / "submissions" / "right.py").read_bytes()
    for number in range(count):
        student = path / f"student-{number:03}"
        student.mkdir(parents=True)
        (student / "fibonacci.py").write_bytes(content)
    return path


def _batch(folder: Path) -> tuple[float, float]:
    """Milliseconds of a whole run of the command, and the peak memory of its process in bytes."""
    words = [Path(sys.executable).with_name("gradewright"), "-q", "grade", "batch", GRADER, folder]
    words += ["--jobs", JOBS, "--fresh", "--format", "csv", "--sandbox", "bubblewrap"]
    measured = [sys.executable, "-c", PEAK, *map(str, words)]
    begin = time.perf_counter()
    done = subprocess.run(measured, check=True, capture_output=True, text=True)
    return (time.perf_counter() - begin) * 1000, float(done.stderr.split()[-1])


PEAK = """
import os, resource, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_maxrss * 1024, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _sandbox_alone(place: Path, count: int) -> float:
    """Milliseconds for the steps of that many submissions, with all content at hand and nothing read or scored."""
    grader = load_grader(GRADER, find_image=_no_image)
    sandbox = plugins.sandbox("bubblewrap", Machine(cache_dir=place / "cache"))
    slots = Slots(place / "state", lambda name, slot: None)
    with TemporaryDirectory(dir=place) as directory:
        Path(directory, "files").mkdir()
        submission = open_submission(GRADER / "submissions" / "right.py", Path(directory, "files"))
        plan = plugins.contract(grader.contract).plan(Exercise(id="bench", grader=grader), submission)

        def one(_: int) -> None:
            with slots.take("bubblewrap") as slot:
                for step in plan.steps:
                    sandbox.run(step, fill(step, slot, {}, lambda: False))

        begin = time.perf_counter()
        with ThreadPoolExecutor(JOBS) as pool:
            list(pool.map(one, range(count)))
        return (time.perf_counter() - begin) * 1000


def _no_image(reference: str) -> Image:
    raise LookupError(reference)
