"""A grader that runs students' programs with the programs of this machine, and prints its verdict as Coursera wants it.

The program gets a whole number as its argument and prints its prime factors in one line, the smallest first.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

SUBMISSION = Path("/shared/submission")
CASES = {"12": "2 2 3", "97": "97", "360": "2 2 2 3 3 5", "1000003": "1000003"}
SECONDS = 2
MOST_PROCESSES = 32
MOST_OUTPUT = 64 * 1024


class GivesUp(Exception):
    """The program does something for which there are no points, so the other cases need not be tried."""


def main():
    programs = sorted(SUBMISSION.glob("*.py"))
    right, reason = 0, ""
    try:
        for number, factors in CASES.items() if programs else ():
            answer = run(programs[0], number)
            if answer == factors:
                right += 1
            else:
                reason = reason or f"For {number} it should print {factors!r}"
    except GivesUp as why:
        right, reason = 0, str(why)
    if not programs:
        reason = "There is no Python program in what you sent"
    feedback = f"{reason}." if reason else "All cases are right."
    print(json.dumps({"fractionalScore": right / len(CASES), "feedback": feedback}))


def run(program, number):
    """What the program prints. Its output goes to a file: a pipe would be held open by whatever it leaves running."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, program, number],
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=restrict,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise GivesUp(f"It was still running after {SECONDS} seconds") from None
        finally:
            kill_all(process)
        output.seek(0)
        return output.read(MOST_OUTPUT).decode(errors="replace").strip()


def restrict():
    resource.setrlimit(resource.RLIMIT_NPROC, (MOST_PROCESSES, MOST_PROCESSES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))


def kill_all(process):
    """The program and what it started. Whatever has begun a session of its own ends with the grader's sandbox."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


main()
