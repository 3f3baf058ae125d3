"""The texts of pages that want a translation, and the catalogues that hold them."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trim_whitespace

from gradewright.pages import django_ready
from gradewright.pages.engine import site_engine
from gradewright.verdicts import CATALOGUE

Message = tuple[str, ...]  # one text, or singular and plural
PAGES = Path(django_ready.__file__).parent
KINDS = PAGES.parent / "exercises" / "built_in"


def of_templates() -> set[Message]:
    return {
        message
        for file in django_ready.TEMPLATES.rglob("*.html")
        for message in _of_template(site_engine().get_template(str(file.relative_to(django_ready.TEMPLATES))))
    }


def _of_template(template: Template) -> Iterator[Message]:
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        yield (str(node.filter_expression.var.literal),)
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        yield tuple(_block(node, part) for part in (node.singular, node.plural) if part)


def _block(node: BlockTranslateNode, tokens: list) -> str:
    text = node.render_token_list(tokens)[0]
    return trim_whitespace(text) if node.trimmed else text


def of_code() -> set[Message]:
    """Texts in calls of gettext and _word, and those that it is given from tables."""
    found = {(verdict.short,) for verdict in CATALOGUE.values()}
    for file in PAGES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("gettext", "_word"):
                found |= {(each.value,) for each in node.args if isinstance(each, ast.Constant)}
    return found | _of_kinds()


def _of_kinds() -> set[Message]:
    """What kinds of exercises say to the reader of a page: texts that they call `message`."""
    return {
        (node.value.value,)
        for file in KINDS.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        if [getattr(target, "id", "") for target in node.targets] == ["message"]
    }


def of_po(file: Path) -> dict[Message, Message]:
    """Messages of a .po file with their translations."""
    entries = (_entry(block) for block in file.read_text("utf-8").split("\n\n"))
    return {message: translation for message, translation in entries if message != ("",)}


def _entry(block: str) -> tuple[Message, Message]:
    parts: dict[str, str] = {}
    keyword = ""
    for line in block.splitlines():
        if match := re.fullmatch(r'(?:(msg\w+(?:\[\d\])?) )?(".*")', line):
            keyword = match[1] or keyword
            parts[keyword] = parts.get(keyword, "") + ast.literal_eval(match[2])
    message = tuple(parts[key] for key in ("msgid", "msgid_plural") if key in parts)
    return message, tuple(text for key, text in sorted(parts.items()) if key.startswith("msgstr"))


def of_mo(file: Path) -> dict[str, str]:
    """What a compiled catalogue says, by message; of a plural, the forms under the singular and a number."""
    with file.open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else f"{key[0]}[{key[1]}]": text for key, text in catalogue.items() if key}
