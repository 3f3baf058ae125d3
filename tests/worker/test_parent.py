"""The parent of the service's processes, apart from what they do."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import signal, sys
from gradewright.cli.serve_processes import Part, _Parent
from gradewright.errors import MissingError

def fail():
    raise MissingError("Nothing is here.")

sys.exit(_Parent([Part(name="web", run=fail, impatience=signal.SIGTERM)]).run())
"""


def test_a_part_that_ends_whenever_it_is_started_ends_the_service() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert said.count("Nothing is here.") == 5
    assert "part ends whenever it is started, so the service stops" in said
    assert "Traceback" not in said
