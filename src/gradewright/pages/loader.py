"""Templates of one course, read from its directory and from nowhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template import Engine, Origin, TemplateDoesNotExist
from django.template.base import Template
from django.template.loaders.base import Loader

from gradewright.courses.aplus.watch import Watch

MAX_BYTES = 4 * 1024 * 1024
MOST = 200  # templates of a course that are kept compiled


class TemplateRefusedError(Exception):
    """A template is there and must not or cannot be used."""


@dataclass(frozen=True, slots=True)
class _Kept:
    template: Template
    watch: Watch  # over its file


class CourseLoader(Loader):
    """Finds `COURSE/x.html` as x.html in the root of the course's repository. Edits are live."""

    def __init__(self, engine: Engine, key: str, directory: str) -> None:
        super().__init__(engine)
        self._prefix = f"{key}/"
        self._root = Path(directory).resolve()
        self._kept: dict[str, _Kept] = {}

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template, compiled once for as long as its file is the same; those that it includes are found anew."""
        kept = self._kept.get(template_name)
        if kept and kept.template.origin not in (skip or ()) and not kept.watch.changed():
            return kept.template
        begun = time.time()
        template = super().get_template(template_name, skip)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[template_name] = _Kept(template, Watch([self._path(template_name)], begun))
        return template

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        if template_name.startswith(self._prefix):
            yield Origin(name=template_name, template_name=template_name, loader=self)

    def get_contents(self, origin: Origin) -> str:
        """The text of a template. Raises `TemplateRefusedError` if it lies elsewhere, is too large or is no text."""
        name = origin.name
        try:
            path = self._path(name).resolve()
            self._check(name, path)
            return path.read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise TemplateDoesNotExist(name) from None
        except UnicodeDecodeError as error:
            raise TemplateRefusedError(f"{name} is not a text in UTF-8 (byte {error.start})") from None
        except (OSError, ValueError, RuntimeError) as error:
            raise TemplateRefusedError(f"{name} cannot be read: {error}") from None

    def _path(self, name: str) -> Path:
        return self._root / name.removeprefix(self._prefix)

    def _check(self, name: str, path: Path) -> None:
        if not path.is_relative_to(self._root):
            raise TemplateRefusedError(f"{name} leads out of the directory of the course")
        if not path.is_file():
            raise TemplateDoesNotExist(name)
        if path.stat().st_size > MAX_BYTES:
            raise TemplateRefusedError(f"{name} is larger than {MAX_BYTES // 1024**2} MiB")
