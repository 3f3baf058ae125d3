"""All instances of a personalised exercise, for staff: what is in them, and the exercise as each student has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from gradewright.exercises.personal import instances as instances_of
from gradewright.exercises.personal import is_personalised, visitor_of
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.site_pages import instances_page
from gradewright.pages.variables import Scene
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.finding import exercise_of
from gradewright.web.aplus.html import absolute, page, page_language, site, wants_json
from gradewright.web.aplus.scenes import configuration
from gradewright.web.aplus.staff import require_staff
from gradewright.web.files import regular_file
from gradewright.web.methods import allow

PARAMETER = "instance"  # in the query of an exercise


@allow("GET")
@explaining
def instances(request: HttpRequest, *, course: str, exercise: str) -> HttpResponse:
    """The instances with their files, as a page or as JSON."""
    require_staff(request, course)
    found, the_exercise = exercise_of(course, exercise)
    if not the_exercise.broken and not _is_personalised(the_exercise):
        raise Http404(exercise)
    listed = [_entry(request, found, exercise, directory) for directory in instances_of(found.directory, exercise)]
    if wants_json(request) or request.GET.get("format") == "json":
        return JsonResponse({"course": course, "exercise": exercise, "instances": listed})
    return page(instances_page(found, the_exercise, listed, page_language(request), site(request)))


@allow("GET")
@explaining
def instance_file(request: HttpRequest, *, course: str, exercise: str, instance: int, name: str) -> HttpResponseBase:
    """Any file of an instance, also one that students never see."""
    require_staff(request, course)
    found, the_exercise = exercise_of(course, exercise)
    for directory in instances_of(found.directory, exercise):
        if directory.name == str(instance) and _is_personalised(the_exercise):
            return FileResponse(regular_file(directory, name).open("rb"), content_type="text/plain; charset=utf-8")
    raise Http404(name)


def with_instance(request: HttpRequest, scene: Scene) -> Scene:
    """A personalised exercise as a student meets it who has the instance in the query, if there is one in it.

    What is sent is then told to no front end. Raises `NotAllowed` for others than staff, and `Http404` if there is no
    such instance.
    """
    config = configuration(scene)
    if not is_personalised(config) or PARAMETER not in request.GET:
        return scene
    require_staff(request, scene.course.key)
    number = request.GET[PARAMETER]
    there = [directory.name for directory in instances_of(scene.course.directory, scene.exercise.key)]
    if number not in there:
        raise Http404(number)
    uid, ordinal = visitor_of(there.index(number), len(there), config)
    return replace(scene, visit=replace(scene.visit, uid=uid, ordinal=ordinal, submission_url="", max_submissions=None))


def _is_personalised(exercise: CourseExercise) -> bool:
    return any(map(is_personalised, exercise.versions.values()))


def _entry(request: HttpRequest, course: Course, exercise: str, directory: Path) -> dict[str, Any]:
    keys = {"course": course.key, "exercise": exercise}
    url = f"{absolute(request, reverse('exercise', kwargs=keys))}?{PARAMETER}={directory.name}"
    return {"number": int(directory.name), "url": url, "files": list(_files(request, keys, directory))}


def _files(request: HttpRequest, keys: dict[str, str], directory: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(directory.resolve()):
            name = path.relative_to(directory).as_posix()
            address = reverse("instance-file", kwargs={**keys, "instance": int(directory.name), "name": name})
            yield {"name": name, "size": path.stat().st_size, "url": absolute(request, address)}
