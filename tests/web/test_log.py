"""What the log says, and the pages do not."""

from __future__ import annotations

from pathlib import Path

from web.conftest import serving
from web.pages import parse, read


def test_a_host_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        response = server.get("/probe/", headers={"Host": "ev il/<script>"})
    assert response.status_code == 400
    assert "<script>" not in response.text
    lines = (tmp_path / "log").read_text().splitlines()
    assert len([line for line in lines if "host refused" in line]) == 1
    assert not [line for line in lines if "Traceback" in line or "SECRET" in line]


def test_nobody_writes_into_the_log_what_commands_a_terminal(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.get("/a%00b%0aforged%1b%5b2J%e2%80%ae").status_code == 404
    log = (tmp_path / "log").read_text()
    assert "path=/a\\x00b\\nforged\\x1b[2J\\u202e" in log
    assert all(line.isprintable() for line in log.splitlines())


def test_what_is_not_installed_is_for_staff_to_read(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['gradewright.exercises.built_in.create_form'] = None\n"
    )
    with serving(tmp_path, PYTHONPATH=str(tmp_path)) as server:
        response = server.get("/probe/form")
        finnish = server.post("/probe/form?lang=fi").text
        assert read(server.get("/probe/files")).title == "Send files"
    assert response.status_code == 503
    page = parse(response.text)
    assert page.metas["status"] == "error"
    assert "The service has a problem" in page.text
    assert not any(word in response.text for word in ("pip", "plug-in", "import"))
    assert '<html lang="fi">' in finnish
    assert "Palvelussa on ongelma" in finnish
    log = (tmp_path / "log").read_text()
    assert log.count("The create-form exercise_kinds plug-in could not be loaded") == 2
    assert "Service Unavailable" not in log
