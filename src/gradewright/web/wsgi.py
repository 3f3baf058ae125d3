"""The application that a WSGI server calls; `gradewright serve` has set up everything before."""

from __future__ import annotations

import gc

from django.conf import settings as django_conf
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver

from gradewright import django_settings, settings

COLLECT_AFTER = 20_000  # objects more than there were: some ten pages

if not django_conf.configured:
    django_settings.set_up(settings.load())

application = WSGIHandler()
assert get_resolver().url_patterns, "every view is loaded now, and not by the first request"

# What is loaded stays, so looking through it for garbage again and again is in vain, and makes single requests wait.
gc.collect()
gc.freeze()
gc.set_threshold(COLLECT_AFTER, 20, 20)
