from __future__ import annotations

from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "gradewright.storage.tables"
    label = "gradewright"
    default_auto_field = "django.db.models.BigAutoField"
