"""Which control groups of ours there are."""

import os
from pathlib import Path


def groups_of(prefix: str) -> list[Path]:
    """In all hierarchies, also while others come and go."""
    places = (place for place in os.walk("/sys/fs/cgroup") if place[0].endswith("/gradewright"))
    return [Path(place, name) for place, names, _ in places for name in names if name.startswith(f"{prefix}-")]
