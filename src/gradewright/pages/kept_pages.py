"""Pages that are the same for everybody, kept for as long as the exercise is not loaded anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.records import Answer, Status
from gradewright.model.course import Course
from gradewright.pages.variables import Scene

MOST = 500  # pages; one takes some ten kilobytes
FROM_CONFIGURATION = frozenset({"asked", "fields"})  # results that depend on nothing else, unless by lot
OF_AUTHORS = ("template", "instructions_file")  # templates that are live, and may show anything of the request


def is_same_for_all(scene: Scene, answer: Answer) -> bool:
    """Whether our own templates alone show it, of nothing but the configuration."""
    config = scene.version[1]
    asked: AskedForm | None = answer.result.get("asked")
    return (
        answer.status is Status.SHOWN
        and answer.result.keys() <= FROM_CONFIGURATION
        and not scene.generated_files
        and not any(config.get(key) for key in OF_AUTHORS)
        and (asked is None or not (asked.all_hidden or any(each.question.include for each in asked.questions)))
    )


class KeptPages:
    def __init__(self) -> None:
        self._pages: dict[Hashable, tuple[Course, Mapping[str, Any], str]] = {}

    def page(self, scene: Scene, render: Callable[[], str]) -> str:
        """The page of before, if course and configuration are still the same objects; else a new one."""
        course, config, visit = scene.course, scene.version[1], scene.visit
        key = (course.directory, course.key, scene.exercise.key, visit.language, visit.post_url, scene.site)
        kept = self._pages.get(key)
        if kept and kept[0] is course and kept[1] is config:
            return kept[2]
        html = render()
        if len(self._pages) >= MOST:
            self._pages.clear()
        self._pages[key] = (course, config, html)
        return html


KEPT = KeptPages()
