from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("gradewright", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("owner", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("seen", models.DateTimeField()),
            ],
        ),
    ]
