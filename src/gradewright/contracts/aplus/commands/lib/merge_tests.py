"""create-test-feedback: make feedback and points of the tests that `testcase` left (A+ spec 4.3)."""

import sys
from typing import List

from feedback import FEEDBACK, append, natural, pre, set_error, text

SEEN = {"passed": "", "failed": "alert alert-warning"}  # status of a test that ran: class of what it printed
UNSEEN = {"skipped": "<p>Test skipped</p>\n", "ignored": "<p>Test ignored</p>\n"}


def tests() -> List[str]:
    """The names of the directories of tests, in their order."""
    return sorted(path.name for path in FEEDBACK.iterdir() if path.is_dir() and not path.is_symlink())


def merge() -> bool:
    """Append the feedback of all tests and write the points. Returns whether that could be done."""
    if text("points"):
        set_error("there are points already, so those of tests cannot be counted")
        return False
    points = most = 0
    for name in tests():
        status = text(name + "/status").strip()
        got, worth = (natural(text(f"{name}/{file}")) or 0 for file in ("points", "max_points"))
        if status not in SEEN and status not in UNSEEN:
            set_error(f"test {name} has the unknown status {status!r}")
            append("out", "<p>Internal error. Contact staff.</p>\n")
            return False
        if status != "ignored":
            most += worth
            points += got if status != "skipped" else 0
        append("out", shown(name, status, got, worth))
    (FEEDBACK / "points").write_text(f"{points}/{most}\n", "utf-8")
    return True


def shown(name: str, status: str, points: int, most: int) -> str:
    """One test as HTML. Its title may be HTML of the author's."""
    title = text(name + "/title").strip() or f"Test {name}"
    count = f" ({points}/{most})" if most and status != "ignored" else ""
    printed = [pre(text(f"{name}/{file}"), SEEN.get(status, "")) for file in ("out.txt", "err.txt")]
    return "<h3>{}{}</h3>\n{}".format(title, count, UNSEEN.get(status, "".join(printed)))


if __name__ == "__main__":
    sys.exit(0 if merge() else 1)
