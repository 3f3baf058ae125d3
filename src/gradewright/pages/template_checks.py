"""Mistakes in the templates of a course, found without showing anything to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.template import Node, TemplateDoesNotExist
from django.template.base import FilterExpression, Template
from django.template.loader_tags import ExtendsNode, IncludeNode

from gradewright.model.course import Course
from gradewright.model.problem import Problem
from gradewright.pages.engine import course_engine, fault, template_name

KEYS = ("template", "instructions_file", "feedback_template")


def template_problems(course: Course) -> list[Problem]:
    """What is wrong with the syntax of all templates that exercises name, and of those that these include.

    Their files are relative to the course. A template that an exercise names by `./` and that is not there is told when
    the course is loaded.
    """
    configs = [config for exercise in course.exercises.values() for config in exercise.versions.values()]
    names = dict.fromkeys(name for config in configs for name in _named(config))
    checker = _Checker(course)
    return [
        replace(problem, file=problem.file.removeprefix(f"{course.key}/"))
        for name in names
        for problem in checker.problems(template_name(course, name))
        if not (problem.id == "template-missing" and not problem.file and name.startswith("./"))
    ]


def _named(config: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(config[key]) for key in KEYS if config.get(key))
    for group in _dictionaries(config.get("fieldgroups")):
        yield from (str(field["include"]) for field in _dictionaries(group.get("fields")) if field.get("include"))


def _dictionaries(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


class _Checker:
    """Goes from template to template, to each once."""

    def __init__(self, course: Course) -> None:
        self._engine = course_engine(course)
        self._prefix = f"{course.key}/"
        self._seen: set[str] = set()

    def problems(self, name: str, file: str = "", line: int | None = None) -> Iterator[Problem]:
        """Of a template that is named in a line of another one."""
        if name in self._seen:
            return
        self._seen.add(name)
        try:
            template = self._engine.get_template(name)
        except TemplateDoesNotExist as error:
            yield fault(name, error, file, line)
        except Exception as error:  # the code of authors can raise anything
            yield fault(name, error)
        else:
            if name.startswith(self._prefix):
                for inner, at in _inner(template):
                    yield from self.problems(inner, name, at)


def _inner(template: Template) -> Iterator[tuple[str, int | None]]:
    """Names of templates that tags of a template give as texts, each with its line."""
    for node in template.nodelist.get_nodes_by_type(Node):
        named = _template_of(node)
        if isinstance(named, FilterExpression) and isinstance(named.var, str) and not named.filters:
            yield named.var, node.token.lineno if node.token else None


def _template_of(node: Node) -> object:
    if isinstance(node, ExtendsNode):
        return node.parent_name
    return node.template if isinstance(node, IncludeNode) else None
