"""The engine's own share of a grading: everything but the sandbox, which here answers at once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Ratio, Results, take_turns
from gradewright import plugins
from gradewright.archives import open_submission
from gradewright.courses.grader_file import load_grader
from gradewright.grading.grade import grade
from gradewright.grading.slots import Slots
from gradewright.model.course import Exercise
from gradewright.model.image import Image
from gradewright.model.run import Slot
from gradewright.testing import FakeSandbox

ROUNDS = 200
GRADERS = Path(__file__).parents[1] / "examples" / "graders"


def measure() -> Results:
    grader = load_grader(GRADERS / "fibonacci", find_image=_no_image)
    contract = plugins.contract(grader.contract)
    exercise = Exercise(id="bench", grader=grader)
    with TemporaryDirectory() as place:
        slots = Slots(Path(place, "state"), _nothing_to_sweep)

        def whole() -> None:
            with slots.take("") as slot:
                files = slot.directory / "files"
                files.mkdir()
                submission = open_submission(GRADERS / "fibonacci" / "submissions" / "right.py", files)
                grade(exercise, submission, contract, FakeSandbox(), slot)

        samples = take_turns("engine", {"plan, fill, read, score": whole}, ROUNDS)
    median = samples["plan, fill, read, score"].median
    ratio = Ratio(name="engine's own share of one grading [ms]", value=median, target=2, better="lower")
    return Results(samples=tuple(samples.values()), ratios=(ratio,))


def _no_image(reference: str) -> Image:
    raise LookupError(reference)


def _nothing_to_sweep(sandbox: str, slot: Slot) -> None:
    pass
