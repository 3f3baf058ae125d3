"""Writes docs/reference/course-files.md from the models of course files; `./dev docs` runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from gradewright.courses.schema import exercise, forms, index
from gradewright.courses.schema.checking import models_of_keys
from gradewright.courses.schema.json_schema import names_of_kinds

PAGE = Path(__file__).parent / "reference" / "course-files.md"

HEAD = """\
% Written by ./dev docs from the models of course files: change gradewright/courses/schema, not the tables of this page.

# Course files

A course is a directory with an index, which lists exercises, and a file for each exercise. They are the same files that
A+ graders read. `gradewright course check DIRECTORY` tells everything that is wrong with them, each with file, line and
what to do; members of lists are counted from 0. `gradewright course new` makes a course to start from.

## Where files are

| file | holds |
|---|---|
| `index.yaml` or `index.json` | the course; the name of its directory is its key, of letters, digits, `_` and `-` |
| `apps.meta` | if it has a line `grader_config = DIRECTORY`, index and exercise files are there |
| exercise files | one for each exercise, named by `config` in the index |

`config` names an exercise file from the directory of the index, with or without `.yaml` or `.json`; if it begins with a
slash, from the root of the course. All other paths begin at the root. No path may lead out of the course, not even by a
link.

YAML is that of version 1.1: `yes` and `no` are truth values, also as keys, unless they stand in quotes. A file is UTF-8
and not larger than 8 MiB. Where a key stands twice, the last one counts, and you are warned.

Keys that are not listed here are allowed, and templates see them. One that looks like a known key brings a warning.

## Values

| value | is written |
|---|---|
| date | `2026-09-01`, and with a time: `2026-09-01 12`, ` 12:00`, ` 12:00:00`, `T12:00:00`, `T12:00:00Z` |
| duration | a whole number and a unit: `2w`, `10d`, `12h`, `1m` (a month), `1y` |
| true or false | `true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0` |
| text, or one for each language | `Welcome`, or `{en: Welcome, fi: Tervetuloa}` |

Times are local to A+; a `Z` at the end changes nothing.

## Languages and tags

In exercise files a key can have tags, which are worked off from right to left:

```yaml
title|i18n: {en: Numbers, fi: Lukuja}   # one value for each language
instructions|rst: Some *emphasis*.      # reStructuredText becomes HTML
more|rst|i18n: {en: "*One*", fi: "*Yksi*"}
```

Each language gets a configuration of its own; a language without a value has none there. A tagged key wins over the
same key without tags. reStructuredText can neither include files nor bring raw HTML. The default language is `language`
in the index, else `lang`, else `en`.

## Edits

Edits are live. While an edit cannot be used, what the files said before goes on, and staff see what is wrong.
The last good versions are kept in `last-good` of the [data directory](settings.md#data_dir), so all web processes and
workers know them, also after a restart. What another version of Gradewright kept there is not used, and
[allow_privileged](settings.md#allow_privileged) is asked again. The directory may be removed. What is kept of an
exercise goes when the index no longer lists it, and of a course when a worker starts and the course is not there.

Where there is no good version, pages say `error`, which costs nobody an attempt, and what was sent before waits to be
graded, [as long as after other faults](settings.md#tries).
"""
SECTIONS: tuple[tuple[str, Sequence[type[BaseModel]]], ...] = (
    (
        "The index",
        (index.IndexFile, index.Category, index.Module, index.Node, index.RevealRule),
    ),
    (
        "Exercise files",
        (
            exercise.Exercise,
            exercise.Include,
            exercise.GeneratedFile,
            exercise.Generator,
            exercise.Asynchronous,
            exercise.Container,
            exercise.Resources,
        ),
    ),
    ("Kinds of exercises", tuple(exercise.KINDS.values())),
    (
        "What exercises ask",
        (
            forms.FileField,
            forms.TextField,
            forms.FieldGroup,
            forms.FormField,
            forms.Option,
            forms.TableRow,
            forms.Feedback,
            forms.ExtraInfo,
            forms.PostRule,
        ),
    ),
)
TITLES: dict[type, str] = {
    index.IndexFile: "The course",
    index.Category: "A category",
    index.Module: "A module",
    index.Node: "A chapter or exercise",
    index.RevealRule: "A rule of revealing",
    exercise.Exercise: "All exercises",
    exercise.Include: "An include",
    exercise.GeneratedFile: "A generated file",
    exercise.Generator: "A generator",
    exercise.Asynchronous: "Exercises graded in the background",
    exercise.Container: "A container",
    exercise.Resources: "Resources of a container",
    forms.FileField: "A file to send",
    forms.TextField: "A text to send",
    forms.FieldGroup: "A group of questions",
    forms.FormField: "A question",
    forms.Option: "An option",
    forms.TableRow: "A row of a table",
    forms.Feedback: "Feedback",
    forms.ExtraInfo: "The look of a field",
    forms.PostRule: "A rule for a value",
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for title, models in SECTIONS for line in _section(title, models))])


def _section(title: str, models: Sequence[type[BaseModel]]) -> Iterator[str]:
    yield from (f"## {title}", "")
    kinds: dict[type, list[str]] = dict(names_of_kinds())
    for model in models:
        names = kinds.get(model, [])
        yield from (f"({_anchor(model)})=", f"### {TITLES.get(model) or f'`{names[-1]}`'}", "")
        above = " and ".join(_link(base) for base in model.__bases__ if base in TITLES or base in kinds)
        also = f" Also: {', '.join(f'`{name}`' for name in names[:-1])}." if names else ""
        more = f" It has the keys of {above}{', and these' if _own(model) else ' and no others'}." if above else ""
        yield from (f"{(model.__doc__ or '').strip()}{also}{more}", "")
        if rows := list(_rows(model)):
            yield from ("| key | value | meaning |", "|---|---|---|", *rows, "")


def _own(model: type[BaseModel]) -> Mapping[str, Any]:
    """The fields that the model adds to those that it builds on."""
    return {name: field for name, field in model.model_fields.items() if name in model.__annotations__}


def _rows(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True)
    properties = schema.get("properties") or schema["$defs"][model.__name__]["properties"]
    below = models_of_keys(model)
    for name, field in _own(model).items():
        key = field.alias or name
        nested = below[key]
        holder = "by name: " if nested and nested.by_name else _container(properties[key])
        value = f"{holder}{_link(nested.model)}" if nested else _words(properties[key])
        needed = " **Needed.**" if field.is_required() else ""
        yield f"| `{key}` | {value} | {field.description}{_choices(properties[key])}{needed} |"


def _words(schema: Mapping[str, Any]) -> str:
    """What stands at a key, as people say it."""
    alternatives = schema.get("anyOf", ())
    if {"type": "null"} not in alternatives:
        return str(schema.get("title", "anything"))
    only = alternatives[0]
    if only.get("type") == "array":
        return f"list of {_words(only['items'])}" if only["items"] else "list"
    return f"by name: {_words(only['additionalProperties'])}"


def _container(schema: Mapping[str, Any]) -> str:
    """What holds the mappings of known keys that stand at a key."""
    return "list: " if any(each.get("type") == "array" for each in (schema, *schema.get("anyOf", ()))) else ""


def _choices(schema: Mapping[str, Any]) -> str:
    return f" {', '.join(f'`{each}`' for each in schema['enum'])}." if "enum" in schema else ""


def _link(model: type) -> str:
    kinds: dict[type, list[str]] = dict(names_of_kinds())
    words = TITLES[model].removeprefix("A ").removeprefix("An ") if model in TITLES else f"`{kinds[model][-1]}`"
    return f"[{words[0].lower()}{words[1:]}](#{_anchor(model)})"


def _anchor(model: type) -> str:
    return f"course-files-{model.__name__.lower()}"


if __name__ == "__main__":
    PAGE.write_text(page())
