"""Files that an author lets students see: model answers, templates to begin with, and generated ones (A+ spec 3.1)."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gradewright.errors import AuthorError
from gradewright.exercises.kinds import is_of_course, kind
from gradewright.exercises.personal import download
from gradewright.pages.exercise_page import model_page
from gradewright.pages.variables import Scene
from gradewright.web.aplus.course_code import call_course
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.finding import exercise_of
from gradewright.web.aplus.html import page
from gradewright.web.aplus.scenes import configuration, scene_of
from gradewright.web.aplus.tokens import Right, gate
from gradewright.web.files import content_type_of, regular_file
from gradewright.web.methods import allow

_PLAIN = "text/plain; charset=utf-8"


@allow("GET")
@explaining
def model(request: HttpRequest, *, course: str, exercise: str, name: str = "") -> HttpResponseBase:
    """A file of `model_files` by the last part of its path, else the model answer of the exercise's kind."""
    gate().require(request, Right.READ, course)
    scene = scene_of(request, *exercise_of(course, exercise))
    try:
        return _listed_file(scene, "model_files", name) or _of_kind(request, scene, name)
    except AuthorError as error:
        return HttpResponse(str(error), content_type=_PLAIN)


@allow("GET")
@explaining
def template(request: HttpRequest, *, course: str, exercise: str, name: str = "") -> HttpResponseBase:
    """A file of `template_files` by the last part of its path."""
    gate().require(request, Right.READ, course)
    scene = scene_of(request, *exercise_of(course, exercise))
    try:
        return _listed_file(scene, "template_files", name) or _of_course(request, scene, "Template", name)
    except AuthorError as error:
        return HttpResponse(str(error), content_type=_PLAIN)


def _listed_file(scene: Scene, key: str, name: str) -> HttpResponse | None:
    """The bytes of a file as text, whatever they are; None if the author lists none of this name."""
    paths = configuration(scene).get(key)
    for path in paths if isinstance(paths, list) else ():
        if name and PurePosixPath(str(path)).name == name:
            return HttpResponse(regular_file(scene.course.directory, str(path)).read_bytes(), content_type=_PLAIN)
    return None


def _of_kind(request: HttpRequest, scene: Scene, name: str) -> HttpResponseBase:
    """The model answer that the kind of the exercise knows."""
    config = configuration(scene)
    view_type = str(config.get("view_type"))
    judged = None if is_of_course(view_type) else kind(view_type).model(config)
    return page(model_page(scene, judged)) if judged else _of_course(request, scene, "Model", name)


def _of_course(request: HttpRequest, scene: Scene, suffix: str, name: str) -> HttpResponseBase:
    """What a function of the course says, beside the one that is its view: `quizModel` for `.views.quiz`."""
    view_type = str(configuration(scene).get("view_type"))
    if not is_of_course(view_type):
        raise Http404(name)
    try:
        return call_course(request, scene, f"{view_type}{suffix}", name)
    except AuthorError:
        raise Http404(name) from None


@allow("GET")
def generated(request: HttpRequest, *, course: str, exercise: str, instance: int, name: str) -> HttpResponseBase:
    """A file of a personalised instance, if its author lets students download it."""
    found, the_exercise = exercise_of(course, exercise)
    for config in the_exercise.versions.values():
        path = download(found.directory, exercise, config, instance, name)
        if path is not None:
            return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type_of(name))
    raise Http404(name)
