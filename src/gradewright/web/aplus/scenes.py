"""From a request to everything that a page of an exercise needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest

from gradewright.errors import AuthorError
from gradewright.exercises.personal import generated_files, instance_of, is_personalised
from gradewright.exercises.records import Context
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.variables import Scene
from gradewright.service import service
from gradewright.web.aplus.html import site
from gradewright.web.aplus.pairs import query_of
from gradewright.web.aplus.visits import language_of, visit_of


def scene_of(request: HttpRequest, course: Course, exercise: CourseExercise, *, language: str | None = None) -> Scene:
    """The exercise as this request meets it; `language` is a wish that goes before the one in the query.

    Raises `BadQuery` if the query makes no sense.
    """
    query = query_of(request)
    language = language_of(language, query.get("lang"), default=exercise.language)
    return Scene(
        course=course,
        exercise=exercise,
        visit=visit_of(query, language=language),
        site=site(request),
        request=request,
    )


def context_of(exercise: CourseExercise) -> Context:
    """What the kind of an exercise must know of the service."""
    return Context(exercise=exercise.key, secret=django_settings.SECRET_KEY, ajax_key=service().settings.ajax_key)


def configuration(scene: Scene) -> Mapping[str, Any]:
    """The exercise in the visitor's language. Raises `AuthorError` if its files cannot be used."""
    if not scene.exercise.versions:
        raise AuthorError("The exercise is broken.", scene.exercise.problems)
    return scene.version[1]


def furnished(scene: Scene) -> Scene:
    """The scene with the files of the visitor's own instance, if the exercise is personalised.

    Raises `AuthorError` if there are no instances, and `GradewrightError` if it is not known who visits.
    """
    config, course, key = configuration(scene), scene.course, scene.exercise.key
    if not is_personalised(config):
        return scene
    instance = instance_of(course.directory, key, config, scene.visit)

    def url_of(name: str) -> str:
        return f"{scene.site.base_url}/generatedfile/{course.key}/{key}/{instance.name}/{name}"

    found = generated_files(config, instance, url_of)
    return replace(scene, generated_files={key: asdict(file) for key, file in found.items()})
