"""An exercise: its page, and what is sent to it (A+ spec 2, 3.2)."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase

from gradewright.errors import AuthorError, SubmissionRejected
from gradewright.exercises.kinds import Kind, is_of_course, kind
from gradewright.exercises.personal import is_personalised
from gradewright.exercises.records import Answer, Received, Status
from gradewright.pages.exercise_page import error_page, exercise_page
from gradewright.pages.variables import Scene
from gradewright.service import service
from gradewright.web.aplus.course_code import call_course
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.finding import exercise_of
from gradewright.web.aplus.freshness import Freshness, freshness_of
from gradewright.web.aplus.html import page
from gradewright.web.aplus.instances import with_instance
from gradewright.web.aplus.scenes import configuration, context_of, furnished, scene_of
from gradewright.web.aplus.tokens import Right, gate
from gradewright.web.aplus.uploads import received_of
from gradewright.web.methods import allow


@allow("GET", "POST")
@explaining
def exercise(request: HttpRequest, *, course: str, exercise: str) -> HttpResponseBase:
    """GET shows the exercise, POST sends an answer."""
    is_sent = request.method == "POST"
    gate().require(request, Right.WRITE if is_sent else Right.READ, course)
    found = exercise_of(course, exercise)
    received, refusal = _received(request) if is_sent else (Received(), None)
    scene = scene_of(request, *found, language=received.value("__grader_lang"))
    try:
        view_type = str(configuration(scene).get("view_type"))
        if is_of_course(view_type):
            if refusal:  # such a view would read what was sent all the same
                raise refusal
            return call_course(request, scene, view_type, scene.visit.post_url)
        the_kind, scene = kind(view_type), furnished(with_instance(request, scene))
        return _sent(scene, the_kind, received, refusal) if is_sent else _shown(request, scene, the_kind)
    except AuthorError as error:
        return page(error_page(scene, [str(error)]))


def _received(request: HttpRequest) -> tuple[Received, SubmissionRejected | None]:
    """What was sent, or nothing and why."""
    try:
        return received_of(request, max_bytes=service().settings.upload_bytes), None
    except SubmissionRejected as refusal:
        return Received(), refusal


def _shown(request: HttpRequest, scene: Scene, the_kind: Kind) -> HttpResponseBase:
    fresh = _freshness(scene, the_kind) if request.method == "GET" else None
    if fresh and fresh.is_known_to(request):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _page(scene, the_kind, _blank(scene, the_kind))
    if fresh:
        fresh.stamp(response)
    return response


def _sent(scene: Scene, the_kind: Kind, received: Received, refusal: SubmissionRejected | None) -> HttpResponseBase:
    if refusal:
        answer = replace(_blank(scene, the_kind), status=Status.REJECTED, message=str(refusal))
    else:
        answer = the_kind.receive(configuration(scene), scene.visit, received, context_of(scene.exercise))
    return _page(scene, the_kind, _stored(scene, answer) if answer.queued else answer)


def _freshness(scene: Scene, the_kind: Kind) -> Freshness | None:
    """None for pages that differ between students, or say where the points of one go."""
    config = configuration(scene)
    if is_personalised(config) or the_kind.varies(config) or config.get("ajax_type"):
        return None
    return freshness_of(config, scene.exercise.modified)


def _blank(scene: Scene, the_kind: Kind) -> Answer:
    return the_kind.show(configuration(scene), scene.visit, context_of(scene.exercise))


def _stored(scene: Scene, answer: Answer) -> Answer:
    """The answer, now that what is to be graded in the background is on disk."""
    try:
        id = service().submit(scene.exercise, scene.visit, answer)
    except SubmissionRejected as refusal:
        return Answer(status=Status.ERROR, message=str(refusal))
    structlog.contextvars.bind_contextvars(submission=id)
    return answer


def _page(scene: Scene, the_kind: Kind, answer: Answer) -> HttpResponseBase:
    return page(exercise_page(scene, answer, template=the_kind.template), answer.http_status)
