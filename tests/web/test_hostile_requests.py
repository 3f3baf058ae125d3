"""Requests that no front end would send, and files that no author should have written."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from web.conftest import FRONT_END, Server, serving
from web.pages import parse, read

QUERY = {"submission_url": FRONT_END}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uid", "me"),
        ("uid", "1-"),
        ("uid", "1-x"),
        ("uid", "9" * 50),
        ("ordinal_number", "first"),
        ("ordinal_number", "-1"),
        ("ordinal_number", "1.5"),
        ("ordinal_number", "٣"),
        ("max_submissions", "many"),
        ("max_points", "1e9"),
        ("max_points", "9" * 4000),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(server: Server, name: str, value: str) -> None:
    for path in ("/probe/form", "/probe/files", "/probe/personal"):
        response = server.get(path, params={"uid": "1", name: value})
        page = parse(response.text)
        assert response.status_code == 400
        assert page.metas["status"] == "error"
        assert name in page.text


@pytest.mark.parametrize(
    "query", ["", "uid=", "uid=&ordinal_number=&max_submissions=&max_points=&submission_url=&lang="]
)
def test_missing_and_empty_parameters_have_defaults(server: Server, query: str) -> None:
    assert read(server.get(f"/probe/form?{query}")).title == "Ten questions"
    assert read(server.post(f"/probe/form?{query}", data={"r1": "b"})).metas["status"] == "accepted"


def test_what_is_shown_of_a_query_is_escaped(server: Server) -> None:
    text = server.get("/probe/files", params={"uid": "<script>alert(1)</script>"}).text
    assert "<script>" not in text
    post_url = '"><script>alert(1)</script>'
    assert "<script>" not in server.get("/probe/files", params={"post_url": post_url}).text


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/cron.d/evil", "..\\evil", "a\x00b", "CON", "x" * 3000, "\udcff", '"; rm -rf /', ""]
)
def test_the_names_of_uploaded_files_are_never_paths(server: Server, name: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="first"; filename="'
        + name.encode("utf-8", "surrogateescape")
        + b'"\r\n\r\ncontent\r\n--b--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = server.post("/probe/files", params=QUERY, content=body, headers=headers)
    assert response.status_code == 200
    assert read(response).metas["status"] in ("accepted", "rejected")
    assert server.stored("probe", "files").keys() <= {"first.py", "second.py"}
    assert list((server.data / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"answer.txt=caf%C3%A9", "café"),
        (b"answer.txt=%FF%FEx", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}x"),
        (b"answer.txt=a%00b", "a\N{REPLACEMENT CHARACTER}b"),
        (b"answer.txt=first&answer.txt=last", "last"),
        (b"answer.txt=x&%00=y&=z&&;", "x"),
    ],
)
def test_odd_fields_are_text_all_the_same(server: Server, sent: bytes, stored: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = server.post("/probe/post", params=QUERY, content=sent, headers=headers)
    assert read(response).metas["status"] == "accepted"
    assert server.stored("probe", "post")["answer.txt"].decode() == stored


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "multipart/form-data"}, b"no boundary"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nContent-Disposition: form-data; na"),
        ({"Content-Type": "multipart/form-data; boundary=" + "b" * 500}, b"--b--"),
        ({"Content-Type": "application/json"}, b'{"answer.txt": "x"}'),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}, b"answer.txt=+AGE-"),
        ({}, b"\x00\x01\x02"),
    ],
)
def test_a_body_that_is_no_form_is_rejected(server: Server, headers: dict[str, str], body: bytes) -> None:
    page = read(server.post("/probe/post", params=QUERY, content=body, headers=headers))
    assert page.metas["status"] == "rejected"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"GRADEWRIGHT_UPLOAD_BYTES": "100000", "GRADEWRIGHT_UPLOAD_FILES": "3"}
    with serving(tmp_path_factory.mktemp("small"), **limits) as server:
        yield server


def test_too_large_an_upload_is_rejected_and_says_how_much_is_allowed(small: Server) -> None:
    page = read(small.post("/probe/files", params=QUERY, files={"first": ("a", b"x" * 5_000_000)}))
    assert page.metas["status"] == "rejected"
    assert "4.8 MiB, where 0.1 MiB are allowed" in page.text
    assert read(small.get("/probe/files")).title == "Send files"


def test_no_view_of_a_course_reads_an_upload_that_is_too_large(small: Server) -> None:
    view = (
        "from django.http import HttpResponse\n\ndef count(request, *args): return HttpResponse(len(request.FILES))\n"
    )
    index = "name: Own\nmodules: [{key: m, children: [{key: e, category: c, max_submissions: 1, config: e.yaml}]}]\n"
    small.course("own", {"index.yaml": index, "e.yaml": "title: E\nview_type: .counting.count\n", "counting.py": view})
    assert small.post("/own/e", files={"first": ("a", b"x")}).text == "1"
    page = read(small.post("/own/e", files={"first": ("a", b"x" * 200_000)}))
    assert page.metas["status"] == "rejected"
    assert "0.2 MiB, where 0.1 MiB are allowed" in page.text


def test_too_many_files_are_rejected(small: Server) -> None:
    files = [("first", (f"{number}", b"x")) for number in range(5)]
    page = read(small.post("/probe/files", params=QUERY, files=files))
    assert page.metas["status"] == "rejected"
    assert "Too many files" in page.text


def test_too_many_fields_are_rejected(small: Server) -> None:
    fields = {f"field{number}": "x" for number in range(3000)}
    page = read(small.post("/probe/post", params=QUERY, data=fields))
    assert page.metas["status"] == "rejected"
    assert "Too much text" in page.text


def test_an_upload_without_room_on_the_disk_is_no_fault_of_the_student(small: Server) -> None:
    incoming = small.data / "incoming"
    incoming.rename(incoming.with_name("away"))
    response = small.post("/probe/files", params=QUERY, files={"first": ("a", b"x")})
    incoming.with_name("away").rename(incoming)
    assert response.status_code == 503
    assert parse(response.text).metas["status"] == "error"
    again = small.post("/probe/files", params=QUERY, files={"first": ("a", b"x")})
    assert read(again).metas["status"] == "accepted"


@pytest.mark.parametrize("path", ["/probe/files", "/ajax/probe/active", "/test-result", "/container-post", "/login"])
def test_nowhere_is_a_disk_without_room_a_surprise(small: Server, path: str) -> None:
    incoming = small.data / "incoming"
    incoming.rename(incoming.with_name("away"))
    response = small.post(path, params=QUERY, files={"first": ("a", b"x")})
    incoming.with_name("away").rename(incoming)
    assert response.status_code == 503


def test_a_disk_that_is_full_in_the_middle_of_an_upload_keeps_nothing_of_it(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (2 * 1024**2, hard)
    )  # no file may be larger, which fails as a full disk does
    try:
        with serving(tmp_path) as server:
            response = server.post("/probe/files", params=QUERY, files={"first": ("a", b"x" * 5_000_000)})
            left = list((server.data / "incoming").iterdir())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert response.status_code == 503
    assert parse(response.text).metas["status"] == "error"
    assert left == []
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_result_without_room_on_the_disk_is_explained(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        (server.data / "test-result.json").mkdir()
        response = server.post("/test-result", data={"points": "1"})
        assert response.status_code == 503
        assert parse(response.text).metas["status"] == "error"
        assert list(server.data.glob(".test-result*")) == []
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_length_that_lies_does_no_harm(small: Server) -> None:
    host = httpx2.URL(small.url)
    with socket.create_connection((host.host, host.port or 80), timeout=10) as connection:
        connection.sendall(
            b"POST /probe/files HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b"
        )
        answer = b""
        while b"</html>" not in answer:
            answer += connection.recv(100_000)
    assert b'<meta name="status" value="rejected">' in answer


def test_a_template_that_fails_is_explained_to_staff(one_exercise: Callable[..., str], server: Server) -> None:
    text = "title: T\nview_type: access.types.stdsync.noGrading\ntemplate: ./t.html\n"
    path = one_exercise(text, **{"t.html": "{% if %}"})
    page = read(server.get(path))
    assert page.metas["status"] == "error"
    assert "t.html" in page.text


@pytest.mark.parametrize(
    "code", ["def f(*args):\n    return 1 / 0\n", "def f(*args):\n    return 'text'\n", "import nothing_of_this_name\n"]
)
def test_a_view_of_the_course_that_fails_is_explained_to_staff(
    one_exercise: Callable[..., str], server: Server, code: str
) -> None:
    page = read(server.get(one_exercise("title: T\nview_type: .own.f\n", **{"own.py": code})))
    assert page.metas["status"] == "error"
    assert "own" in page.text


def test_what_nobody_foresaw_gives_a_page_with_status_error(server: Server) -> None:
    (server.data / "test-result.json").unlink(missing_ok=True)
    (server.data / "test-result.json").mkdir()
    response = server.get("/test-result")
    (server.data / "test-result.json").rmdir()
    assert response.status_code == 500
    assert parse(response.text).metas["status"] == "error"
    assert "Traceback" not in response.text


def test_a_result_that_cannot_be_kept_is_told_and_leaves_nothing(server: Server) -> None:
    (server.data / "test-result.json").unlink(missing_ok=True)
    (server.data / "test-result.json").mkdir()
    response = server.post("/test-result", data={"points": "1"})
    (server.data / "test-result.json").rmdir()
    assert response.status_code == 503
    assert "nothing of what was sent was kept" in parse(response.text).text
    assert not list(server.data.glob(".test-result*"))


def test_another_host_is_refused_where_ours_is_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("named")
    with serving(directory, GRADEWRIGHT_BASE_URL="https://grader.example.org/sub") as server:
        assert server.get("/probe/", headers={"Host": "evil.example.org"}).status_code == 400
        page = server.get("/probe/", headers={"Host": "grader.example.org"})
        assert "https://grader.example.org/sub/probe/aplus-json" in page.text


def test_a_query_may_be_as_long_as_that_of_an_lti_launch(server: Server) -> None:
    launch = {"custom_user_api_token": "t" * 3000, "oauth_signature": "s" * 3000}
    assert read(server.get("/probe/files", params=launch)).title == "Send files"
