"""Django made ready where nobody else did: in tests and on the command line."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).parent
LOCALE = HERE / "locale"  # for Django's LOCALE_PATHS
STATIC = HERE / "static"  # to be served below static_url's root: gradewright/bootstrap.min.css
TEMPLATES = HERE / "templates"
LANGUAGES = {"en": "English", "fi": "suomi"}  # of our own texts; authors write theirs in any


def set_up() -> None:
    """Give Django the few settings that pages need, unless somebody has configured it already.

    A service that configures Django itself puts `LOCALE` among its LOCALE_PATHS.
    """
    if settings.configured:
        return
    settings.configure(
        LANGUAGE_CODE="en",
        LANGUAGES=list(LANGUAGES.items()),
        LOCALE_PATHS=[str(LOCALE)],
        STATIC_URL="/static/",
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
