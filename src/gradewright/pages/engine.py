"""Engines for templates: one for each course, apart from Django's own and from one another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.utils import translation

from gradewright.errors import AuthorError
from gradewright.model.course import Course
from gradewright.model.problem import Problem
from gradewright.pages.django_ready import TEMPLATES
from gradewright.pages.loader import TemplateRefusedError

OVERRIDES = "templates"  # of an operator, in the data directory; they win over ours, and are read once
LIBRARIES = {
    "access": "gradewright.pages.tags",
    "i18n": "django.templatetags.i18n",
    "l10n": "django.templatetags.l10n",
    "static": "django.templatetags.static",
    "tz": "django.templatetags.tz",
}
ENGINES = 256  # kept at a time; each holds our own templates compiled


def course_engine(course: Course, overrides: Path | None = None) -> Engine:
    """The engine for templates of a course: its own, live, then those of the operator in `overrides`, then ours."""
    return _engine(course.key, str(course.directory), _existing(overrides))


def site_engine(overrides: Path | None = None) -> Engine:
    """The engine for pages that belong to no course."""
    return _engine("", "", _existing(overrides))


def _existing(overrides: Path | None) -> str:
    return str(overrides) if overrides and overrides.is_dir() else ""


@lru_cache(maxsize=ENGINES)
def _engine(key: str, directory: str, overrides: str) -> Engine:
    directories = [directory for directory in (overrides, str(TEMPLATES)) if directory]
    kept = ("django.template.loaders.filesystem.Loader", directories)
    loaders: list[Any] = [("django.template.loaders.cached.Loader", [kept])]
    if key:
        loaders.insert(0, ("gradewright.pages.loader.CourseLoader", key, directory))
    return Engine(
        loaders=loaders,
        libraries=LIBRARIES,
        builtins=[LIBRARIES[name] for name in ("access", "i18n", "l10n", "static")],
        debug=True,  # notes where an error is; shows nothing to anybody
    )


def template_name(course: Course, name: str) -> str:
    """The name by which the engine knows a template that course files call `./x.html` (A+ spec 2.1)."""
    return f"{course.key}/{name.removeprefix('./')}" if name.startswith("./") else name


def language_code(requested: str, default: str = "en") -> str:
    """Two letters that may be given to Django, of what a query asks for (A+ spec 1.3)."""
    code = requested[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else default


def render(engine: Engine, name: str, variables: Mapping[str, Any], language: str) -> str:
    """The text of a template with these variables, our own words in the language asked for.

    Raises `AuthorError` with a problem naming template and line, whatever went wrong in it.
    """
    with translation.override(language):
        try:
            return engine.get_template(name).render(Context(_surroundings() | dict(variables)))
        except Exception as error:  # the code of authors can raise anything
            raise AuthorError("A template of the exercise does not work.", [fault(name, error)]) from error


def _surroundings() -> dict[str, Any]:
    """What Django's own context processors would give."""
    return {
        "LANGUAGE_CODE": translation.get_language(),
        "LANGUAGE_BIDI": translation.get_language_bidi(),
        "LANGUAGES": settings.LANGUAGES,
        "STATIC_URL": settings.STATIC_URL or "/static/",
    }


def fault(name: str, error: Exception, file: str = "", line: int | None = None) -> Problem:
    """What an error in a template of this name means to its author; `file` and `line` name it, if nothing better."""
    place = getattr(error, "template_debug", None) or {}
    file = str(place.get("name", "")).removeprefix(f"{TEMPLATES}/") or file
    line = place.get("line") or line
    if isinstance(error, TemplateDoesNotExist):
        return Problem(
            id="template-missing",
            message=f"There is no template {str(error)!r}.",
            remedy="Write ./NAME for a file in the root of the course's repository, or COURSE_KEY/NAME.",
            file=file,
            line=line,
        )
    return Problem(
        id="template-fault",
        message=_reason(error),
        remedy="Mend the template; the change is live at once.",
        file=file or name,
        line=line,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "It includes or extends itself without end."
    if isinstance(error, TemplateRefusedError):
        return f"{error}."
    return f"{type(error).__name__}: {error}"
