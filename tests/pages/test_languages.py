"""Every text of a page is there in Finnish, too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from gradewright.pages.django_ready import LANGUAGES, LOCALE
from gradewright.pages.site_pages import not_found_page
from support import messages

CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
COMPILE = "run: msgfmt -o {0}/django.mo {0}/django.po"


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def test_there_is_a_catalogue_for_every_language_but_english() -> None:
    assert {file.parent.parent.name for file in CATALOGUES} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_text_is_translated_and_no_other(language: str) -> None:
    wanted = messages.of_templates() | messages.of_code()
    assert len(wanted) > 80, "the texts are not found"
    translated = messages.of_po(catalogue(language))
    assert set(translated) == wanted
    assert [message for message, forms in translated.items() if not all(forms)] == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_translations_name_the_same_values(language: str) -> None:
    placeholder = re.compile(r"%\(\w+\)s")
    for message, forms in messages.of_po(catalogue(language)).items():
        for form in forms:
            assert sorted(placeholder.findall(form)) == sorted(placeholder.findall(message[-1])), message


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_compiled_catalogues_are_up_to_date(language: str) -> None:
    file = catalogue(language)
    expected: dict[str, str] = {}
    for message, forms in messages.of_po(file).items():
        numbered = [f"{message[0]}[{number}]" for number in range(len(forms))]
        expected |= dict(zip(numbered if len(message) > 1 else [message[0]], forms, strict=True))
    assert messages.of_mo(file.with_suffix(".mo")) == expected, COMPILE.format(file.parent)


@pytest.mark.parametrize(
    ("requested", "html", "words"),
    [
        ("en", "en", "Not found"),
        ("fi", "fi", "Ei löytynyt"),
        ("fi-FI", "fi", "Ei löytynyt"),
        ("FI", "fi", "Ei löytynyt"),
        ("sv", "sv", "Not found"),
        ("", "en", "Not found"),
        ("<script>", "en", "Not found"),
        ("..", "en", "Not found"),
        ("ä1", "en", "Not found"),
    ],
)
def test_the_language_is_the_one_asked_for(requested: str, html: str, words: str) -> None:
    text = not_found_page(requested)
    assert f'<html lang="{html}">' in text
    assert words in text


def test_the_language_of_others_stays() -> None:
    with translation.override("sv"):
        not_found_page("fi")
        assert translation.get_language() == "sv"


def test_languages_that_run_from_right_to_left_say_so() -> None:
    assert '<html lang="ar" dir="rtl">' in not_found_page("ar")
