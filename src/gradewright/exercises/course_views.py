"""Kinds of exercises that a course brings itself: functions of its own Python modules (A+ spec 1.1, 2).

`view_type: .views.quiz` is the function `quiz` of `views.py` in the course's directory. It is called as the original
calls it, with (request, course, exercise, post_url), in the process that serves the course: it is code of a teacher
whom the operator trusts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from gradewright.errors import AuthorError

View = Callable[..., Any]
_NAME = re.compile(r"\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)")
_KEPT = 256  # modules


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A module as it is now; one that was changed is another."""

    path: Path
    modified: int


def course_view(course_directory: Path, dotted: str) -> View:
    """The function that a `view_type` with a leading dot names.

    Each course's modules are its own, also if two courses have modules of one name. They cannot import one another. A
    module that was changed is loaded anew. Raises `AuthorError` if there is no such module or function, or if the
    module cannot be loaded.
    """
    found = _NAME.fullmatch(dotted)
    if not found:
        raise AuthorError(f"{dotted!r} does not name a function.", remedy="Write it as .module.function")
    module, function = found.groups()
    path = course_directory.joinpath(*module.split(".")).with_suffix(".py")
    try:
        source = _Source(path=path.resolve(strict=True), modified=path.stat().st_mtime_ns)
    except OSError:
        raise AuthorError(
            f"There is no {path.name} for view_type {dotted!r}.", remedy="Add it, or mend the name."
        ) from None
    if not source.path.is_relative_to(course_directory.resolve()):
        raise AuthorError(f"The module of view_type {dotted!r} lies outside the course.")
    view: View | None = getattr(_module(source), function, None)
    if not callable(view):
        remedy = f"Define it: def {function}(request, course, exercise, post_url)"
        raise AuthorError(f"{path.name} has no function {function!r}.", remedy=remedy)
    return view


@lru_cache(maxsize=_KEPT)
def _module(source: _Source) -> ModuleType:
    """The module as it is now, under a name that no other course's modules have."""
    file = str(source.path)
    module = ModuleType(f"_course_{sha256(file.encode()).hexdigest()}")
    module.__file__ = file
    sys.modules[module.__name__] = module  # where dataclasses look for the module that they are in
    try:
        exec(compile(source.path.read_bytes(), file, "exec"), module.__dict__)  # noqa: S102 - no bytecode in the course
    except SyntaxError as error:
        raise AuthorError(f"{source.path.name} is not Python: {error.msg} in line {error.lineno}.") from error
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise AuthorError(f"{source.path.name} cannot be loaded: {what}.") from error
    return module
