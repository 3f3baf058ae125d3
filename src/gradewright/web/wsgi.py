"""The application that a WSGI server calls; `gradewright serve` has set up everything before."""

from __future__ import annotations

from django.conf import settings as django_conf
from django.core.handlers.wsgi import WSGIHandler

from gradewright import django_settings, settings

if not django_conf.configured:
    django_settings.set_up(settings.load())

application = WSGIHandler()
