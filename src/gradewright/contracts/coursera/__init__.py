"""The grader contract of Coursera, both generations (spec: coursera 4).

A grader is one program in one container. It finds the submission below /shared/submission, knows from its arguments or
its environment which part it grades, and gives its verdict as one JSON object:

    {"fractionalScore": 0.75, "feedback": "Three of four tests passed."}

on stdout in the first generation (v1, `courseraprogramming`), in /shared/feedback.json in the second (v2,
`coursera_autograder`), where a page of feedback may lie beside it. Grader and student's program share one container, so
a determined student can forge the verdict; reports say so.

    settings     what grader.toml may say
    plan         the one step of a run
    verdict      a JSON document judged, with the messages of the original tools
    ending       what to say when the grader did not end well
    read         a finished run becomes a report
    check        what an author should mend
"""

from gradewright.contracts.coursera.contract import Coursera
from gradewright.contracts.coursera.settings import CourseraSettings, Generation

__all__ = ["Coursera", "CourseraSettings", "Generation"]
