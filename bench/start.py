"""The start of the command line against the least that it could be: importing Click."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.measure import Ratio, Results, take_turns

ROUNDS = 25


def measure() -> Results:
    gradewright = Path(sys.executable).with_name("gradewright")
    samples = take_turns(
        "start",
        {
            "import click": lambda: subprocess.run([sys.executable, "-c", "import click"], check=True),
            "gradewright --help": lambda: subprocess.run(
                [gradewright, "--help"], check=True, stdout=subprocess.DEVNULL
            ),
        },
        ROUNDS,
    )
    value = samples["gradewright --help"].median / samples["import click"].median
    ratio = Ratio(name="`gradewright --help` / `python3 -c 'import click'`", value=value, target=2, better="lower")
    return Results(samples=tuple(samples.values()), ratios=(ratio,))
