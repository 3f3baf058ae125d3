"""Every address of the service. What stands first wins: no course hides it."""

from __future__ import annotations

from django.urls import include, path, register_converter

from gradewright.web import operations
from gradewright.web.aplus import errors


class KeyConverter:
    """Keys of courses and exercises (A+ spec 1.1)."""

    regex = "[A-Za-z0-9_-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "key")

urlpatterns = [
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("favicon.ico", operations.no_icon, name="favicon"),
    path("", include("gradewright.web.aplus.urls")),
]

handler400 = errors.bad_request
handler403 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.failed
