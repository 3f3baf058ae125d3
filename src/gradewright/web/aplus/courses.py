"""The list of courses, the page of one, and what A+ imports (A+ spec 3.1, 3.4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import reverse

from gradewright.courses import aplus_export
from gradewright.courses.aplus.documents import Document
from gradewright.courses.aplus.nodes import exercises as listed_exercises
from gradewright.model.course import Course, CourseExercise
from gradewright.pages import site_pages
from gradewright.service import service
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.finding import course_of
from gradewright.web.aplus.html import absolute, page, page_language, site, wants_json
from gradewright.web.aplus.staff import is_staff
from gradewright.web.aplus.tokens import Right, gate
from gradewright.web.methods import allow


@allow("GET")
@explaining
def index(request: HttpRequest) -> HttpResponse:
    """The courses that the one who asks may read."""
    caller, catalog = gate().caller(request), service().catalog
    found = [catalog.course(key) for key in catalog.keys() if caller.may(Right.READ, key)]  # noqa: SIM118
    courses = [course for course in found if course]
    if wants_json(request):
        listed = [{"key": course.key, "name": course.name or course.key} for course in courses]
        return JsonResponse({"ready": True, "courses": listed})
    return page(site_pages.index_page(courses, page_language(request), site(request)))


@allow("GET")
@explaining
def course(request: HttpRequest, *, course: str) -> HttpResponse:
    """What a course has, and what is wrong with its files."""
    gate().require(request, Right.READ, course)
    found = course_of(course)
    if wants_json(request):
        return JsonResponse(_readiness(found))
    export_url = absolute(request, reverse("aplus-json", kwargs={"course": course}))
    is_for_staff = is_staff(request, course)
    return page(
        site_pages.course_page(found, page_language(request), site(request), export_url=export_url, staff=is_for_staff)
    )


@allow("GET")
def course_without_slash(request: HttpRequest, *, course: str) -> HttpResponsePermanentRedirect:
    """To the address of the course, which people write without the slash."""
    address = absolute(request, reverse("course", kwargs={"course": course_of(course).key}))
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


@allow("GET")
@explaining
def aplus_json(request: HttpRequest, *, course: str) -> JsonResponse:
    """What A+ imports."""
    gate().require(request, Right.READ, course)
    where = site(request)
    exported = aplus_export.aplus_json(course_of(course), base_url=where.base_url, static_url=where.static_root)
    return JsonResponse(exported)


def _readiness(course: Course) -> dict[str, Any]:
    if course.broken:
        return {"ready": False, "errors": [str(problem) for problem in course.problems]}
    keys = [each.key for each in listed_exercises(Document(file="", value=course.index))]  # twice who is listed twice
    exercises = [{"key": key, "title": _title(course.exercises[key])} for key in keys]
    return {"ready": True, "course_name": course.name, "exercises": exercises}


def _title(exercise: CourseExercise) -> str:
    title = exercise.version(exercise.language)[1].get("title") if exercise.versions else None
    return str(title or exercise.key)
