from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("gradewright", "0002_worker")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                fields=["course", "state", "outcome", "finished"],
                condition=models.Q(finished__isnull=False),
                name="attempt_ended",
            ),
        ),
    ]
