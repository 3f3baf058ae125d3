"""What can be wrong with an index: its keys, and what they say of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from gradewright.courses.aplus.dates import parse_date, parse_duration
from gradewright.courses.aplus.documents import Document, Place, dotted
from gradewright.courses.aplus.files import FileProblem, Layout
from gradewright.courses.aplus.nodes import Node, exercises, is_exercise, modules, nodes, with_defaults
from gradewright.courses.schema.checking import Finding, findings
from gradewright.courses.schema.index import IndexFile
from gradewright.model.problem import Problem, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
OURS = ("aplus-json",)  # addresses that no exercise can have


def check_index(index: Document, layout: Layout) -> Iterator[Problem]:
    """Everything that is wrong with the index. None of it keeps the course from being served."""
    values: Node = index.value
    checks = (
        findings(IndexFile, values),
        _lists(values),
        _keys(index),
        _shared_keys(index),
        _nodes(values, layout),
        _dates(values),
        _tags(values, ()),
    )
    return (_problem(found, index) for check in checks for found in check)


def missing_pages(index: Document, layout: Layout) -> Iterator[Problem]:
    """Chapters whose pages are not there. Somebody may build them later, so these are warnings."""
    static = str(index.value.get("static_dir", ""))
    for place, module in modules(index.value):
        for below, node in nodes(module.get("children"), (*place, "children")):
            content = node.get("static_content")
            for name in content.values() if isinstance(content, Mapping) else [content]:
                if isinstance(name, str) and not (layout.root / static / name.lstrip("/")).is_file():
                    message = f"There is no page {static}/{name.lstrip('/')} in the course."
                    found = Finding("missing-file", WARNING, (*below, "static_content"), message, "Build it.")
                    yield _problem(found, index)


def _problem(found: Finding, index: Document) -> Problem:
    return Problem(
        id=found.id,
        severity=found.severity,
        message=found.message,
        remedy=found.remedy,
        file=index.file,
        line=index.line(found.place),
        key=dotted(found.place),
    )


def _lists(index: Node) -> Iterator[Finding]:
    if "modules" in index:
        return
    if "exercises" in index:
        remedy = "List them below modules, as children of a module."
        yield Finding("deprecated", WARNING, ("exercises",), "The list exercises is deprecated.", remedy)
    else:
        remedy = "List the modules of the course below modules."
        yield Finding("missing-key", ERROR, (), "modules is missing, so the course has no exercises.", remedy)


def _keys(index: Document) -> Iterator[Finding]:
    """Exercises that share a key or have an impossible one."""
    taken: dict[str, str] = {}
    for each in exercises(index):
        if each.key in OURS:
            yield Finding("reserved-key", ERROR, each.place, f"The key {each.key} is ours.", "Choose another one.")
        if each.key not in taken:
            taken[each.key] = each.config
            continue
        same = taken[each.key] == each.config
        severity, remedy = (WARNING, "Give it a key of its own.") if same else (ERROR, "Give each a key of its own.")
        what = "the same file" if same else f"another file, {taken[each.key]}"
        message = f"The key {each.key} is listed already, for {what}."
        yield Finding("listed-twice", severity, (*each.place, "key"), message, remedy)


def _shared_keys(index: Document) -> Iterator[Finding]:
    """Modules that share a key, and chapters that share one with each other or with an exercise."""
    values: Node = index.value
    named: dict[str, Place] = {}
    listed: dict[str, Place] = {}
    served: set[str] = set()  # keys of exercises, which `_keys` compares with one another
    for place, module in modules(values):
        yield from _shared(index, "modules", module, place, named)
        for below, node in nodes(module.get("children"), (*place, "children")):
            key, ours = str(node.get("key")), is_exercise(with_defaults(node, values.get("exercise_types")))
            if not (ours and key in served):
                yield from _shared(index, "chapters and exercises", node, below, listed)
            if ours:
                served.add(key)


def _shared(index: Document, what: str, node: Node, place: Place, taken: dict[str, Place]) -> Iterator[Finding]:
    if node.get("key") is None:
        return
    key = str(node["key"])
    if key in taken:
        message = f"The key {key} is taken already, in line {index.line(taken[key])}."
        remedy = f"Give it a key of its own: of {what} with one key A+ keeps one."
        yield Finding("taken", WARNING, (*place, "key"), message, remedy)
    taken.setdefault(key, (*place, "key"))


def _nodes(index: Node, layout: Layout) -> Iterator[Finding]:
    for place, module in modules(index):
        yield from _type(module, index, "module_types", place)
        if module.get("key") is None:
            yield Finding("missing-key", ERROR, place, "A module needs a key.", "Add: key: NAME")
        for below, node in nodes(module.get("children"), (*place, "children")):
            yield from _type(node, index, "exercise_types", below)
            yield from _node(with_defaults(node, index.get("exercise_types")), index, below, layout)


def _type(node: Node, index: Node, table: str, place: Place) -> Iterator[Finding]:
    kind, known = node.get("type"), index.get(table)
    if kind is not None and not (isinstance(known, Mapping) and str(kind) in known):
        remedy = f"Describe it below {table}, or mend its name."
        yield Finding("unknown-type", ERROR, (*place, "type"), f"The type {kind} is not known.", remedy)


def _node(node: Node, index: Node, place: Place, layout: Layout) -> Iterator[Finding]:
    if node.get("key") is None:
        yield Finding("missing-key", ERROR, place, "A chapter or exercise needs a key.", "Add: key: NAME")
        return
    category, categories = node.get("category"), index.get("categories")
    if category is None:
        yield Finding("no-category", WARNING, place, "A+ drops what has no category.", "Add: category: NAME")
    elif isinstance(categories, Mapping) and str(category) not in categories:
        message, remedy = f"There is no category {category}.", "Describe it below categories, or mend its name."
        yield Finding("unknown-category", ERROR, (*place, "category"), message, remedy)
    if is_exercise(node) and "max_submissions" not in node:
        message = "Without max_submissions A+ makes a chapter of this exercise."
        yield Finding("no-max-submissions", INFO, place, message, "Add: max_submissions: 10, or 0 for no limit.")
    yield from _group_sizes(node, place)
    content, static = node.get("static_content"), layout.root / str(index.get("static_dir", ""))
    for name in content.values() if isinstance(content, Mapping) else [content]:
        try:
            layout.inside(static, name.lstrip("/") if isinstance(name, str) else "")
        except FileProblem as error:
            problem = error.problem
            yield Finding(problem.id, ERROR, (*place, "static_content"), problem.message, problem.remedy)


def _group_sizes(node: Node, place: Place) -> Iterator[Finding]:
    smallest, largest = node.get("min_group_size"), node.get("max_group_size")
    if isinstance(smallest, int) and isinstance(largest, int) and smallest > largest:
        message = f"min_group_size ({smallest}) is above max_group_size ({largest}), so that nobody can send it."
        yield Finding("wrong-order", ERROR, (*place, "min_group_size"), message, "Mend one of them.")


def _dates(index: Node) -> Iterator[Finding]:
    """Deadlines that come before what they end."""
    yield from _order(index, ("start", "end"), ())
    yield from _order(index, ("enrollment_start", "enrollment_end"), ())
    for place, module in modules(index):
        whole = {"open": index.get("start"), **with_defaults(module, index.get("module_types"))}
        for begin, duration, end in (("open", "duration", "close"), ("close", "late_duration", "late_close")):
            if whole.get(end) is None:
                whole[end], unfit = _later(whole, begin, duration)
                if unfit:
                    remedy = "Give the date itself."
                    yield Finding("impossible-date", ERROR, (*place, duration), f"{duration} {unfit}.", remedy)
        yield from _order(whole, ("open", "close", "late_close"), place)


def _later(node: Node, begin: str, duration: str) -> tuple[datetime | None, str]:
    """The date that a duration leads to, and why there is none."""
    try:
        start, length = parse_date(node.get(begin)), parse_duration(node.get(duration))
    except ValueError:  # told by the schema
        return None, ""
    try:
        return length.after(start), ""
    except ValueError as error:
        return None, str(error)


def _order(node: Node, keys: Iterable[str], place: Place) -> Iterator[Finding]:
    known = [(key, date) for key in keys if (date := _date(node.get(key)))]
    for (first, begin), (second, end) in pairwise(known):
        if end < begin:
            message = f"{second} ({end:%Y-%m-%d %H:%M}) is before {first} ({begin:%Y-%m-%d %H:%M})."
            yield Finding("wrong-order", WARNING, (*place, second), message, "Mend one of the dates.")


def _date(value: Any) -> datetime | None:
    try:
        return parse_date(value)
    except ValueError:
        return None


def _tags(value: Any, place: Place) -> Iterator[Finding]:
    """Keys with tags, which mean nothing in an index."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if "|" in key:
                message, remedy = f"Tags such as in {key} work in exercise files only.", "Write: {en: ..., fi: ...}"
                yield Finding("tag-in-index", WARNING, (*place, key), message, remedy)
            yield from _tags(below, (*place, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _tags(each, (*place, number))
