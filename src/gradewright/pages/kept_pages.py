"""Pages that our own templates make, kept for as long as course and exercise are not loaded anew.

Of a form, the page is the same for all who earned the same, but for its questions: they go into a hole of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Answer, Status
from gradewright.model.course import Course
from gradewright.pages.form_result import is_locked
from gradewright.pages.ids import new_id
from gradewright.pages.variables import Scene

HOLE = SafeString(f"<!--{token_hex(16)}-->")  # unguessable, so that no text of an author or student is taken for it
MOST = 500  # pages; one takes some ten kilobytes
FROM_CONFIGURATION = frozenset({"fields"})  # results that depend on nothing else
OF_AUTHORS = ("template", "instructions_file")  # templates that are live, and may show anything


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    course: Course
    config: Mapping[str, Any]
    unique_id: str
    html: str  # with a hole, if students have questions of their own


def can_be_kept(scene: Scene, answer: Answer) -> bool:
    """Whether our own templates alone show it, and nothing of what this student sent stands outside of questions."""
    if scene.generated_files or any(scene.version[1].get(key) for key in OF_AUTHORS) or scene.site.has_overrides:
        return False
    asked: AskedForm | None = answer.result.get("asked")
    judged: JudgedForm | None = answer.result.get("judged")
    if asked is None:
        return answer.status is Status.SHOWN and answer.result.keys() <= FROM_CONFIGURATION
    return not any(each.question.include for each in asked.questions) and (judged is None or judged.accepted)


def has_own_questions(answer: Answer) -> bool:
    """Whether the questions differ between students: they were answered, or drawn by lot."""
    asked: AskedForm | None = answer.result.get("asked")
    return asked is not None and bool("judged" in answer.result or asked.all_hidden)


class KeptPages:
    def __init__(self) -> None:
        self._pages: dict[Hashable, KeptPage] = {}

    def page(self, scene: Scene, answer: Answer, render: Callable[[str], str]) -> KeptPage:
        """The page of before, if course and configuration are still the same; else what `render` makes with an id."""
        course, config, key = scene.course, scene.version[1], _key(scene, answer)
        kept = self._pages.get(key)
        if kept and kept.course is course and kept.config is config:
            return kept
        unique_id = new_id()
        kept = KeptPage(course=course, config=config, unique_id=unique_id, html=render(unique_id))
        if len(self._pages) >= MOST:
            self._pages.clear()
        self._pages[key] = kept
        return kept


def _key(scene: Scene, answer: Answer) -> Hashable:
    """All that a page depends on, beside course and configuration, and its questions."""
    course, visit, asked = scene.course, scene.visit, answer.result.get("asked")
    place = (course.directory, course.key, scene.exercise.key, scene.site, visit.language, visit.post_url)
    locked = asked and is_locked(asked, answer.result.get("judged"))
    return (*place, has_own_questions(answer), answer.status, answer.points, answer.max_points, answer.message, locked)


KEPT = KeptPages()
