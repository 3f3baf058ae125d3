"""A course as A+ imports it: aplus-json (A+ spec 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from gradewright.courses.aplus.form_spec import form_spec
from gradewright.courses.aplus.nodes import Node, modules, with_defaults
from gradewright.exercises.kinds import name_of
from gradewright.model.course import Course, CourseExercise
from gradewright.model.problem import Problem, Severity

COPIED = (
    "archive_time",
    "assistants",
    "build_log_url",
    "categories",
    "contact",
    "content_numbering",
    "course_description",
    "course_footer",
    "description",
    "end",
    "enrollment_audience",
    "enrollment_end",
    "enrollment_start",
    "head_urls",
    "index_mode",
    "lang",
    "lifesupport_time",
    "module_numbering",
    "name",
    "numerate_ignoring_modules",
    "points_goal_enabled",
    "publish_url",
    "start",
    "view_content_to",
)
OURS = ("type", "config", "static_content", "children")  # of a node: not for A+
LTI = "lti"


def aplus_json(course: Course, *, base_url: str, static_url: str) -> dict[str, Any]:
    """What A+ imports, made of nothing but texts, numbers, truth values, lists and dictionaries.

    `base_url` is where exercises are served, `static_url` where the static files of all courses are. An exercise that
    cannot be used is left out, and `errors` says why.
    """
    if course.broken:
        return {"success": False, "errors": [*_errors(course.problems)]}
    document = _Export(course, base_url.rstrip("/"), static_url.rstrip("/")).document()
    exported: dict[str, Any] = _plain(document)
    return exported


def _errors(problems: tuple[Problem, ...]) -> Iterator[str]:
    return (str(problem) for problem in problems if problem.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class _Export:
    course: Course
    base: str
    static: str

    def document(self) -> dict[str, Any]:
        index = self.course.index
        document = {key: index[key] for key in COPIED if key in index}
        if "language" in index:
            document["lang"] = index["language"]
        document["modules"] = [self._module(module) for _, module in modules(index)]
        exercises = self.course.exercises.values()
        errors = [*_errors(self.course.problems), *(text for each in exercises for text in _errors(each.problems))]
        return {**document, "errors": errors} if errors else document

    def _module(self, module: Node) -> dict[str, Any]:
        whole = with_defaults(module, self.course.index.get("module_types"))
        kept = {key: value for key, value in whole.items() if key not in ("type", "children")}
        return {**kept, "children": self._children(module)}

    def _children(self, parent: Node) -> list[dict[str, Any]]:
        children = parent.get("children")
        found = (self._child(child) for child in (children if isinstance(children, list) else ()))
        return [child for child in found if child is not None]

    def _child(self, node: Any) -> dict[str, Any] | None:
        """A chapter or exercise; None if there is none that could be used."""
        if not isinstance(node, Mapping) or node.get("key") is None:
            return None
        whole = with_defaults(node, self.course.index.get("exercise_types"))
        exported = {key: value for key, value in whole.items() if key not in OURS}
        exported["key"] = str(whole["key"])
        if whole.get("config") is not None:
            exercise = self.course.exercises.get(exported["key"])
            if exercise is None or exercise.broken:
                return None
            exported |= self._exercise(exercise, whole)
        elif whole.get("static_content") is not None:
            exported["url"] = self._chapter(whole["static_content"])
        return {**exported, "children": self._children(node)}

    def _chapter(self, content: Any) -> Any:
        if isinstance(content, Mapping):
            return {language: self._chapter(path) for language, path in content.items()}
        own = self.course.index.get("static_url")
        root = str(own).rstrip("/") if own else f"{self.static}/{quote(self.course.key)}"
        return f"{root}/{quote(str(content).lstrip('/'))}"

    def _exercise(self, exercise: CourseExercise, node: Node) -> dict[str, Any]:
        _, version = exercise.version(exercise.language)
        spec, texts = form_spec(exercise)
        info: dict[str, Any] = {"form_spec": spec, "form_i18n": texts}
        if version.get("radar_info") is not None:
            info["radar"] = version["radar_info"]
        if name_of(str(version.get("view_type"))) == "no-submission":
            info["no_submission"] = True
        exported = {
            "description": version.get("description") or "",
            "url": version.get("url") or self._address("", exercise),
            "exercise_info": info,
            **{key: value for key, value in version.items() if key.startswith(LTI)},
        }
        if node.get("title") is None and node.get("name") is None:
            exported["title"] = _local({language: each.get("title") for language, each in exercise.versions.items()})
        for key, address, files in (
            ("model_answer", "model", "model_files"),
            ("exercise_template", "exercise_template", "template_files"),
        ):
            found = self._files(exercise, version, key, address, files)
            if found is not None:
                exported[key] = found
        return exported

    def _files(self, exercise: CourseExercise, version: Node, key: str, address: str, files: str) -> Any:
        """Where model answers or templates are; None if there are none."""
        if version.get(key) is not None:
            return version[key]
        if version.get(files):
            names = {language: each.get(files) or [] for language, each in exercise.versions.items()}
        elif address == "model" and name_of(str(version.get("view_type"))) == "create-form":
            if version.get("show_model_answer", True) in (False, "false", "no", "False", "No"):
                return ""
            names = {language: [""] for language in exercise.versions}
        else:
            return None
        several = len(names) > 1
        return _local(
            {
                language: " ".join(
                    self._address(address, exercise, str(path).rpartition("/")[2], language if several else "")
                    for path in paths
                )
                for language, paths in names.items()
            }
        )

    def _address(self, prefix: str, exercise: CourseExercise, file: str | None = None, language: str = "") -> str:
        parts = [prefix, self.course.key, exercise.key, *([file] if file is not None else [])]
        path = "/".join(quote(part) for part in parts if part or part is file)
        return f"{self.base}/{path}{f'?lang={language}' if language else ''}"


def _local(values: Mapping[str, Any]) -> Any:
    """One value, or one for each language if there are several."""
    return dict(values) if len(values) > 1 else next(iter(values.values()))


def _plain(value: Any) -> Any:
    """The value with dates as texts, in those forms of ISO 8601 that A+ reads."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
