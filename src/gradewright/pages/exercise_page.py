"""Pages of an exercise: the form, what became of an answer, the model answer, and that it does not work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Answer, Status
from gradewright.model.problem import Problem
from gradewright.pages.engine import course_engine, language_code, render, template_name
from gradewright.pages.form_result import form_result
from gradewright.pages.ids import new_id
from gradewright.pages.kept_pages import HOLE, KEPT, can_be_kept, has_own_questions
from gradewright.pages.kept_questions import questions_of
from gradewright.pages.variables import Scene, result_variable, variables

ACCEPTED = "access/async_accepted.html"
MODEL = "access/graded_form_model_solution.html"
ERROR = "access/exercise_config_error.html"


def exercise_page(scene: Scene, answer: Answer, *, template: str) -> str:
    """The page of an exercise, before or after something was sent: `answer` is what its kind showed or received.

    `template` is the one of the kind; the exercise may name its own. What is queued gets the page that says so.
    Raises `AuthorError` naming template and line if a template does not work.
    """
    if answer.queued:
        return _accepted_page(scene, answer)
    name = template_name(scene.course, str(scene.version[1].get("template") or template))
    if not can_be_kept(scene, answer):
        return _page(scene, name, answer, new_id())
    if not has_own_questions(answer):
        return KEPT.page(scene, answer, lambda unique_id: _page(scene, name, answer, unique_id)).html
    kept = KEPT.page(scene, answer, lambda unique_id: _page(scene, name, answer, unique_id, questions=HOLE))
    with translation.override(_language(scene)):
        questions = questions_of(answer.result["asked"], answer.result.get("judged"), kept.unique_id)
    return kept.html.replace(HOLE, questions)


def model_page(scene: Scene, judged: JudgedForm) -> str:
    """The model answer of a form: everything that could be asked, answered right (A+ spec 2.8)."""
    model = Answer(status=Status.SHOWN, result={"asked": judged.asked, "judged": judged})
    return _page(scene, MODEL, model, new_id())


def error_page(scene: Scene, problems: Iterable[Problem | str]) -> str:
    """The page of an exercise that does not work, to be sent as HTTP 200 (A+ spec 1.2)."""
    error = "\n".join(map(str, problems))
    return _render(scene, ERROR, variables(scene, {"error": True}) | {"error": error})


def _accepted_page(scene: Scene, answer: Answer) -> str:
    with translation.override(_language(scene)):
        result = {**(result_variable(answer) or {}), "missing_url": not scene.visit.submission_url}
        return _render(scene, ACCEPTED, variables(scene, result))


def _page(scene: Scene, template: str, answer: Answer, unique_id: str, **more: Any) -> str:
    """The page of an answer; if it has a form, with `more` in its result."""
    with translation.override(_language(scene)):
        found = variables(scene, result_variable(answer), unique_id=unique_id)
        asked, judged = answer.result.get("asked"), answer.result.get("judged")
        if asked:

            def include(name: str) -> str:
                return _render(scene, template_name(scene.course, name), found)

            form = form_result(asked, judged, scene.version[0], unique_id=unique_id, include=include)
            found = {**found, "result": {**(found["result"] or {}), **form, **more}}
        return _render(scene, template, found)


def _render(scene: Scene, template: str, found: dict[str, Any]) -> str:
    return render(course_engine(scene.course, scene.site.overrides), template, found, _language(scene))


def _language(scene: Scene) -> str:
    return language_code(scene.visit.language, scene.exercise.language)
