"""The class that the rest of the system knows; the work is done by the functions of the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gradewright.contracts.aplus.check import check
from gradewright.contracts.aplus.planning import plan
from gradewright.contracts.aplus.reading import read
from gradewright.contracts.aplus.settings import LIMITS, AplusSettings, settings
from gradewright.model.report import Separation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gradewright.model.course import Exercise, Grader
    from gradewright.model.problem import Problem
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, Limits, RunPlan
    from gradewright.model.submission import Submission


class Aplus:
    """Containers that post their result, as A+ courses have them, and `run.sh` graders on the host's programs."""

    name: ClassVar[str] = "aplus"
    limits: ClassVar[Limits] = LIMITS
    separation: ClassVar[Separation] = Separation.SHARED

    def settings(self, table: Mapping[str, Any], directory: Path) -> AplusSettings:
        """The settings of an exercise with `container: {...}`: give that mapping and the root of the course.

            asked = contract.settings(version["container"], course.directory)
            root = HostRoot() if asked.image == HOST else ImageRoot(image=find_image(asked.image))
            grader = Grader(contract="aplus", root=root, directory=course.directory, limits=contract.limits,
                            settings=within(asked, operators_limits))

        The exercise that is graded with it has `max_points=None`: the points are on the container's own scale (A+ spec
        4.4). `asked.exclusive`, `asked.privileged` and an empty `asked.image` are for the caller to act upon.
        The submission's `directory` holds what shall be in /submission/user, and its `instance` what shall be in
        /personalized_exercise. Raises `AuthorError` with every problem found.
        """
        return settings(table, directory)

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        return plan(exercise, submission)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        return read(exercise, run)

    def check(self, grader: Grader) -> Sequence[Problem]:
        return check(grader)
