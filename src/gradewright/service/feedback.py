"""What a student reads of an attempt, as HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from gradewright.errors import MissingError
from gradewright.exercises.records import Visit
from gradewright.model.attempt import StoredSubmission
from gradewright.model.course import Course, CourseExercise
from gradewright.model.report import Report
from gradewright.pages.engine import OVERRIDES
from gradewright.pages.feedback import feedback_html
from gradewright.pages.variables import Scene, Site
from gradewright.settings import Settings

Found = Callable[[StoredSubmission], tuple[Course, CourseExercise]]

SORRY = {
    "en": "The submission could not be graded, through no fault of yours. It does not count as an attempt.",
    "fi": "Palautusta ei voitu arvostella. Vika ei ole sinun, eikä palautus kuluta yrityskertaa.",
}


class FeedbackPages:
    """Made anew from the report whenever it is sent."""

    def __init__(self, settings: Settings, found: Found) -> None:
        """`found` gives the course and exercise of a submission, or raises `MissingError`."""
        self._found = found
        base = settings.base_url.rstrip("/")
        self._site = Site(
            base_url=base,
            static_root=settings.static_url or f"{base}/static/",
            overrides=settings.data_dir / OVERRIDES,
        )

    def html(self, stored: StoredSubmission, report: Report | None, *, waiting: bool) -> str:
        """The feedback, in the language of the submission; without a report, an apology.

        If the exercise is gone or broken, there is a plain page without its template, because the points must arrive;
        while it is worth `waiting` for it, `MissingError` is raised instead.
        """
        if report is None:
            return f'<div class="alert alert-danger">{escape(SORRY.get(stored.language[:2], SORRY["en"]))}</div>'
        try:
            course, exercise = self._found(stored)
        except MissingError:
            if waiting:
                raise
            course, exercise = _nothing_left(stored)
        visit = Visit(
            uid=stored.uid,
            ordinal=stored.ordinal,
            language=stored.language,
            submission_url=stored.reply_to.address,
        )
        scene = Scene(course=course, exercise=exercise, visit=visit, site=self._site)
        return feedback_html(report, scene, contract=_contract(exercise, stored.language))


def _nothing_left(stored: StoredSubmission) -> tuple[Course, CourseExercise]:
    """Instead of what was submitted to: no templates, no configuration."""
    course = Course(key=stored.course, directory=Path("/nonexistent"), language=stored.language)
    return course, CourseExercise(course=stored.course, key=stored.exercise, language=stored.language)


def _contract(exercise: CourseExercise, language: str) -> str:
    """Graders of A+ write the whole of the page; what others say is put into one of ours."""
    if not exercise.versions:
        return "aplus"
    return "other" if exercise.version(language)[1].get("grader") else "aplus"
