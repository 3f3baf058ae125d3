"""Exercise files that take in others: `include` (A+ spec 1.4). Top-level keys are merged, and nothing recursively."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradewright.courses.aplus.documents import Document, Place, dotted, parse
from gradewright.courses.aplus.files import FileProblem, Layout, candidates, possible, read_text, the_only
from gradewright.model.problem import Problem, Severity

KEY = "include"
KNOWN = ("file", "force", "template_context")


@dataclass(slots=True, kw_only=True)
class Source:
    """An exercise file with all that it includes; each top-level key knows the document that it came from."""

    document: Document
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Document] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)  # all that were read or looked for
    problems: list[Problem] = field(default_factory=list)

    def note(
        self, id: str, message: str, remedy: str = "", *, place: Place = (), severity: Severity = Severity.ERROR
    ) -> None:
        """Add a problem at a place of the merged values."""
        found = self.origin(place)
        self.problems.append(
            Problem(
                id=id,
                severity=severity,
                message=message,
                remedy=remedy,
                file=found.file,
                line=found.line(place),
                key=dotted(place),
            )
        )

    def origin(self, place: Place) -> Document:
        """The document that a top-level key came from, whatever tags it has there."""
        if not place:
            return self.document
        name = str(place[0])
        spellings = [key for key in self.origins if key == name or key.startswith(f"{name}|")]
        return self.origins[max(spellings, key=len)] if spellings else self.document


def with_includes(document: Document, path: Path, layout: Layout) -> Source:
    """The exercise file's own values and those of the files that it includes, in their order."""
    own = dict(document.value)
    source = Source(
        document=document,
        values=own,
        origins=dict.fromkeys(own, document),
        files=[path],
        problems=list(document.problems),
    )
    entries = own.pop(KEY, None)
    if entries is None:
        return source
    if not isinstance(entries, list):
        source.note("wrong-include", "include must be a list of mappings.", "Write: - file: NAME", place=(KEY,))
        return source
    for index, entry in enumerate(entries):
        _take_in(source, entry, (KEY, index), layout)
    return source


def _take_in(source: Source, entry: Any, place: Place, layout: Layout) -> None:
    included = _included(source, entry, place, layout)
    if included is None:
        return
    source.problems += included.problems
    if not isinstance(included.value, dict):
        if not included.problems:
            remedy = "Write keys and values into it, or remove the include."
            what = "is empty" if included.value is None else "holds no keys"
            source.note("wrong-include", f"The included file {included.file} {what}.", remedy, place=place)
        return
    for key, value in included.value.items():
        if key == KEY:
            _warn_of_nesting(source, included)
        elif key in source.values and not _forced(entry):
            _clash(source, key, included)
        else:
            source.values[key] = value
            source.origins[key] = included


def _included(source: Source, entry: Any, place: Place, layout: Layout) -> Document | None:
    """The document that an entry names, None if there is none; why is among the problems."""
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or not entry["file"]:
        remedy = "Write: - file: NAME"
        source.note("wrong-include", "An include must be a mapping that names a file.", remedy, place=place)
        return None
    if strangers := [key for key in entry if key not in KNOWN]:
        message = f"An include does not know {', '.join(strangers)}."
        remedy = f"It knows {', '.join(KNOWN)}."
        source.note("unknown-key", message, remedy, place=(*place, strangers[0]), severity=Severity.WARNING)
    try:
        reference = entry["file"]
        wanted = layout.place(reference)
        found = candidates(wanted)
        source.files += found or possible(wanted)
        path = the_only(found, layout, reference)
        return _read(path, layout.name(path), entry.get("template_context"), layout)
    except FileProblem as error:
        problem = error.problem
        source.note(problem.id, problem.message, problem.remedy, place=(*place, "file"))
    except FileNotFoundError:
        source.note("no-such-file", f"The file {entry['file']} is gone.", place=(*place, "file"))
    return None


def _read(path: Path, name: str, context: Any, layout: Layout) -> Document:
    text = read_text(path)
    if context is None:
        return parse(text, name, path.suffix)
    if not isinstance(context, Mapping):
        raise FileProblem("wrong-include", "template_context must be a mapping.", "Write: NAME: VALUE")
    return parse(_rendered(text, name, context, layout), name, path.suffix)


def _rendered(text: str, name: str, context: Mapping[str, Any], layout: Layout) -> str:
    """The text as a Django template. Raises `FileProblem` whatever goes wrong in it."""
    from django.template import Context, Engine

    engine = Engine(dirs=[str(layout.root)], debug=True)
    try:
        rendered = engine.from_string(text).render(Context(dict(context), use_l10n=False, use_tz=False))
        return "".join(rendered.splitlines(keepends=True))  # a plain str: libyaml takes nothing else
    except Exception as error:  # whatever the author's template calls
        line = (getattr(error, "template_debug", None) or {}).get("line", "?")
        message = f"The included file {name} does not work as a template, line {line}: {str(error).rstrip('.')}."
        remedy = "Mend it, or remove template_context."
        raise FileProblem("wrong-template", message, remedy) from None


def _forced(entry: Mapping[str, Any]) -> bool:
    return entry.get("force") in (True, "true", "yes", "True", "Yes", 1)


def _clash(source: Source, key: str, included: Document) -> None:
    message = f"The key {key} is in {included.file} too (line {included.line((key,))})."
    remedy = "Remove it from one of them, or say force: true to let the included file win."
    source.note("include-clash", message, remedy, place=(key,))


def _warn_of_nesting(source: Source, included: Document) -> None:
    source.problems.append(
        Problem(
            id="nested-include",
            severity=Severity.WARNING,
            message="An included file's own include is not followed.",
            remedy="Include that file from the exercise.",
            file=included.file,
            line=included.line((KEY,)),
            key=KEY,
        )
    )
