"""Tables as this version needs them."""

from __future__ import annotations

import fcntl
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from gradewright.storage.rows import translated


@translated
def bring_up_to_date(data_dir: Path) -> None:
    """Apply migrations; of processes that start at once, one does. Leaves no connection open, so that one may fork."""
    with (data_dir / "migrations.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connections.close_all()
