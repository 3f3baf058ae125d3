"""Points that a page of the course worked out in the browser (A+ spec 3.3)."""

from __future__ import annotations

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from gradewright.errors import AuthorError, ChannelError, InfrastructureError, MissingError, SubmissionRejected
from gradewright.exercises.kinds import kind
from gradewright.exercises.records import Answer, Status
from gradewright.model.attempt import Message
from gradewright.pages.engine import course_engine, render, template_name
from gradewright.pages.variables import Scene, result_variable, variables
from gradewright.service import service
from gradewright.web.aplus.chunks import BrokenBody
from gradewright.web.aplus.finding import exercise_of
from gradewright.web.aplus.scenes import configuration, context_of, scene_of
from gradewright.web.aplus.uploads import received_of
from gradewright.web.aplus.visits import BadQuery
from gradewright.web.methods import allow

_log = structlog.get_logger("gradewright.web")
_ANYWHERE = {  # what is needed to send is in the request itself, so the page may lie on any host
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
}


def ajax(request: HttpRequest, *, course: str, exercise: str) -> HttpResponseBase:
    """Pass points on to the front end; scripts of every host may read the answer."""
    response = _answer(request, course=course, exercise=exercise)
    for name, value in _ANYWHERE.items():
        response[name] = value
    return response


@allow("POST")
def _answer(request: HttpRequest, *, course: str, exercise: str) -> HttpResponse:
    try:
        scene = scene_of(request, *exercise_of(course, exercise))
        config = configuration(scene)
        if not config.get("ajax_type"):
            raise Http404(exercise)
        the_kind = kind(str(config["ajax_type"]))
        received = received_of(request, max_bytes=service().settings.upload_bytes)
        answer = the_kind.receive(config, scene.visit, received, context_of(scene.exercise))
        if answer.status is not Status.ACCEPTED:
            return _failure(answer.message, answer.http_status)
        return _passed_on(scene, answer, the_kind.template)
    except Http404:  # scripts of other hosts must be able to read this as well
        return _failure("There is no such exercise that takes points from a page.", 404)
    except AuthorError as error:
        return _failure(str(error), 200)
    except BrokenBody as error:
        return _failure(str(error), 400)
    except (BadQuery, SubmissionRejected) as error:
        return _failure(str(error), 422)
    except (InfrastructureError, MissingError) as error:
        _log.error("fault", error=str(error))
        return _failure("The service has a problem. Try again later.", 503)


def _passed_on(scene: Scene, answer: Answer, template: str) -> HttpResponse:
    service().check_address(str(answer.result["submission_url"]))
    try:
        service().channel("aplus").deliver(_message(scene, answer, template))
    except ChannelError as error:  # the page still has the points, and may send them again
        _log.warning("points of a page not delivered", error=str(error))
        return _failure("The points did not reach the front end. Try again later.", 502)
    return JsonResponse({"success": True})


def _message(scene: Scene, answer: Answer, template: str) -> Message:
    return Message(
        attempt=0,
        submission="",
        address=str(answer.result["submission_url"]),
        points=int(answer.points or 0),
        max_points=int(answer.max_points or 0),
        feedback=_feedback(scene, answer, template),
        grading_data=str(answer.result["grading_data"]),
    )


def _feedback(scene: Scene, answer: Answer, template: str) -> str:
    name = template_name(scene.course, str(configuration(scene).get("feedback_template") or template))
    engine = course_engine(scene.course, scene.site.overrides)
    return render(engine, name, variables(scene, result_variable(answer)), scene.visit.language)


def _failure(message: str, status: int) -> HttpResponse:
    return JsonResponse({"success": False, "errors": [message]}, status=status)
