"""The application that a WSGI server calls."""

from __future__ import annotations

import django.conf
from django.core.handlers.wsgi import WSGIHandler

from gradewright import django_settings, settings
from gradewright.web.aplus.tokens import gate

if not django.conf.settings.configured:  # `gradewright serve` has done it, with what its command line says
    django_settings.set_up(settings.load())
gate()  # keys that cannot be read shall keep the service from starting, not from answering
application = WSGIHandler()
