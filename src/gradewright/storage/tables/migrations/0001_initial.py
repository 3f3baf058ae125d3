from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("course", models.CharField(max_length=255)),
                ("exercise", models.CharField(max_length=255)),
                ("uid", models.CharField(max_length=255)),
                ("ordinal", models.IntegerField()),
                ("language", models.CharField(max_length=16)),
                ("directory", models.CharField(max_length=1024)),
                ("fields", models.TextField()),
                ("channel", models.CharField(max_length=64)),
                ("address", models.TextField()),
                ("received", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("course", models.CharField(max_length=255)),
                ("uid", models.CharField(max_length=255)),
                ("key", models.CharField(max_length=128)),
                ("state", models.CharField(max_length=16)),
                ("priority", models.SmallIntegerField()),
                ("exclusive", models.BooleanField()),
                ("not_before", models.DateTimeField()),
                ("token", models.IntegerField(default=0)),
                ("tries", models.IntegerField(default=0)),
                ("beats", models.BigIntegerField(default=0)),
                ("host", models.CharField(default="", max_length=255)),
                ("owner", models.CharField(default="", max_length=255)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("queued", models.DateTimeField()),
                ("started", models.DateTimeField(null=True)),
                ("finished", models.DateTimeField(null=True)),
                ("fault", models.TextField(default="")),
                ("outcome", models.CharField(default="", max_length=32)),
                ("report", models.TextField(default="")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="gradewright.submission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("receiver", models.CharField(max_length=255)),
                ("state", models.CharField(default="pending", max_length=16)),
                ("tries", models.IntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("created", models.DateTimeField()),
                ("finished", models.DateTimeField(null=True)),
                ("fault", models.TextField(default="")),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="delivery", to="gradewright.attempt"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="gradewright.submission",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "tries", "not_before"], name="delivery_due")],
            },
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["state", "priority", "course", "uid", "id", "not_before"], name="attempt_queue"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["course", "uid", "started"], name="attempt_turn_of_student"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["course", "started"], name="attempt_turn_of_course"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("queued", "running"))), fields=("key",), name="one_unfinished_attempt"
            ),
        ),
    ]
