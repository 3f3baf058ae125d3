"""Files of authors over HTTP: model answers, templates, generated and static ones (A+ spec 3.1, 9)."""

from __future__ import annotations

import pytest

from web.conftest import Server
from web.pages import read


def test_model_files_are_text_whatever_they_hold(server: Server) -> None:
    text = server.get("/model/probe/files/first.py")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.text == 'print("first")\n'
    binary = server.get("/model/probe/files/picture.bin")
    assert binary.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert binary.content == (server.courses / "probe/models/picture.bin").read_bytes()


def test_template_files_are_text(server: Server) -> None:
    assert server.get("/exercise_template/probe/files/start.py").text == "# start here\n"


@pytest.mark.parametrize(
    "path",
    [
        "/model/probe/files/absent.py",
        "/model/probe/files/files.yaml",
        "/model/probe/files/",
        "/model/probe/files/..%2Ffiles.yaml",
        "/model/probe/files/models/first.pyc",
        "/model/probe/post/first.py",
        "/model/probe/nothing/first.py",
        "/exercise_template/probe/files/first.py",
        "/exercise_template/probe/form/",
    ],
)
def test_no_other_file_is_shown(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404


def test_the_model_answer_of_a_form_is_filled_in_and_locked(server: Server) -> None:
    response = server.get("/model/probe/form/")
    page = read(response)
    assert "Which is even?" in page.text
    assert response.text.count("checked") >= 5
    assert "disabled" in response.text
    assert 'type="submit"' not in response.text
    assert "Mikä on parillinen?" in read(server.get("/model/probe/form/", params={"lang": "fi"})).text


def test_the_model_of_a_broken_exercise_says_so_in_text(server: Server) -> None:
    response = server.get("/model/probe/untitled/")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "untitled.yaml" in response.text


def test_generated_files_are_downloads_if_the_author_allows_it(server: Server) -> None:
    response = server.get("/generatedfile/probe/personal/2/numbers.txt")
    assert response.text == "numbers of instance 2\n"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="numbers.txt"'
    assert f"{server.url}/generatedfile/probe/personal/2/numbers.txt" in server.get("/probe/personal?uid=2").text


@pytest.mark.parametrize(
    "path",
    ["2/secret.txt", "9/numbers.txt", "2/absent.txt", "2/..%2F2%2Fnumbers.txt", "-1/numbers.txt", "x/numbers.txt"],
)
def test_no_other_generated_file_is_found(server: Server, path: str) -> None:
    assert server.get(f"/generatedfile/probe/personal/{path}").status_code == 404


def test_static_files_of_a_course_and_of_ours(server: Server) -> None:
    page = server.get("/static/probe/intro.html")
    assert page.text == "<p>Välkommen</p>\n"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert server.get("/static/probe/dot.png").headers["Content-Type"] == "image/png"
    style = server.get("/static/gradewright/bootstrap.min.css")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    again = server.get("/static/probe/intro.html", headers={"If-Modified-Since": page.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["..%2Findex.yaml", "../index.yaml", "%2Fetc%2Fpasswd", ".", "nothing.html", "out", "a%00b"]
)
def test_nothing_else_of_a_course_is_static(server: Server, name: str) -> None:
    link = server.courses / "probe/static/out"
    if not link.is_symlink():
        link.symlink_to(server.courses / "probe/index.yaml")
    assert server.get(f"/static/probe/{name}").status_code == 404
