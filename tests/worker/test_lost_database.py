"""The file of the database goes while the service runs: nothing is accepted that would be lost."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2

from gradewright.testing.front_end import FrontEnd, SentState
from support.serving import RIGHT, Served, attempts, run, serving


def post(served: Served) -> httpx2.Response:
    return httpx2.post(served.exercise, files={"file1": ("greet.py", RIGHT)}, trust_env=False, timeout=30)


def test_what_was_accepted_is_put_back_and_nothing_else_is_accepted(tmp_path: Path) -> None:
    with FrontEnd(pauses=()) as front_end:
        with serving(tmp_path, "--workers", "0") as served:
            sent = front_end.submit(served.exercise, files={"file1": ("greet.py", RIGHT)})
            assert sent.page and sent.page.metas["status"] == "accepted"
            for file in served.data.glob("gradewright.sqlite3*"):
                file.unlink()
            for _ in range(6):  # whichever process and thread answers
                refused = post(served)
                assert refused.status_code == 503
                assert "nothing of what was sent was kept" in refused.text
                assert "database" not in refused.text  # which students cannot put back
            assert "database is gone" in served.log.read_text()
            told = httpx2.get(f"{served.url}/readyz", trust_env=False)
            assert (told.status_code, "database is gone" in told.json()["reason"]) == (503, True)
        [directory] = served.data.glob("submissions/*/*/*")
        an_hour_ago = directory.stat().st_mtime - 3600
        os.utime(directory, (an_hour_ago, an_hour_ago))
        with serving(tmp_path) as served:
            assert run("attempts", "recover", "--all", served=served).stdout == "1 queued, 0 cannot be put back.\n"
            result = front_end.wait_for(sent.id, 60)
            assert (result.state, result.points) == (SentState.READY, 10)
            assert [state for _, state, _, _ in attempts(served)] == ["graded"]
            assert "submissions without a row" in served.log.read_text()
