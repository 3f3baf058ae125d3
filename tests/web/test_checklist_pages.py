"""Pages of exercises as a front end fetches them: head, languages, caching (A+ spec 1.3, 1.5, 2.1, 9)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from web.conftest import Server
from web.pages import read

CACHING = ("Last-Modified", "Expires")


def test_head_metas_of_a_form(server: Server) -> None:
    page = read(server.get("/probe/form"))
    assert page.metas["max-points"] == "40"
    assert page.metas["DC.Title"] == page.title == "Ten questions"
    assert page.metas["DC.Description"] == "A quiz"
    assert "points" not in page.metas
    assert "wait" not in page.metas


def test_the_exercise_is_in_the_element_that_front_ends_cut_out(server: Server) -> None:
    text = server.get("/probe/files").text
    assert '<div id="exercise" class="exercise exercise-mooc-grader-v1">' in text
    assert (
        'action="https://plus.example.org/send"'
        in server.get("/probe/files", params={"post_url": "https://plus.example.org/send"}).text
    )


@pytest.mark.parametrize(
    ("asked", "html_language", "title"),
    [
        ("", "en", "Ten questions"),
        ("en", "en", "Ten questions"),
        ("fi", "fi", "Kymmenen kysymystä"),
        ("fi-FI", "fi", "Kymmenen kysymystä"),
        ("sv-FI", "sv", "Ten questions"),
        ("../../etc", "en", "Ten questions"),
    ],
)
def test_the_language_is_asked_for_in_two_letters_and_falls_back(
    server: Server, asked: str, html_language: str, title: str
) -> None:
    page = read(server.get("/probe/form", params={"lang": asked}))
    assert (page.language, page.title) == (html_language, title)


def test_a_language_in_a_field_goes_before_the_one_in_the_query(server: Server) -> None:
    page = read(server.post("/probe/form?lang=en", data={"__grader_lang": "fi", "r1": "b"}))
    assert (page.language, page.title) == ("fi", "Kymmenen kysymystä")


def test_a_form_carries_the_language_that_it_is_in(server: Server) -> None:
    assert read(server.get("/probe/form", params={"lang": "fi"})).fields["__grader_lang"]["value"] == "fi"
    assert read(server.get("/probe/form", params={"lang": "sv"})).fields["__grader_lang"]["value"] == "en"


@pytest.mark.parametrize(("path", "minutes"), [("/probe/files", 15), ("/probe/form", 30)])
def test_a_page_for_everybody_may_be_kept_for_a_while(server: Server, path: str, minutes: int) -> None:
    response = server.get(path)
    expires = parsedate_to_datetime(response.headers["Expires"]) - parsedate_to_datetime(response.headers["Date"])
    assert minutes * 60 - 2 <= expires.total_seconds() <= minutes * 60 + 2
    file = server.courses / f"{path.removeprefix('/')}.yaml"
    modified = parsedate_to_datetime(response.headers["Last-Modified"]).timestamp()
    assert int(file.stat().st_mtime) == modified


def test_who_has_the_page_gets_304_by_whole_seconds(server: Server) -> None:
    modified = server.get("/probe/files").headers["Last-Modified"]
    known = server.get("/probe/files", headers={"If-Modified-Since": modified})
    assert known.status_code == 304
    assert known.content == b""
    assert set(CACHING) <= {name.title() for name in known.headers}
    earlier = server.get("/probe/files", headers={"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"})
    assert earlier.status_code == 200
    assert server.get("/probe/files", headers={"If-Modified-Since": "yesterday"}).status_code == 200


@pytest.mark.parametrize("path", ["/probe/random", "/probe/personal?uid=1", "/probe/shown", "/probe/active"])
def test_what_differs_between_students_or_is_not_cacheable_is_never_kept(server: Server, path: str) -> None:
    response = server.get(path, headers={"If-Modified-Since": "Thu, 01 Jan 2037 00:00:00 GMT"})
    assert response.status_code == 200
    assert not set(CACHING) & {name.title() for name in response.headers}


def test_the_page_of_an_active_element_sends_each_student_to_a_place_of_their_own(server: Server) -> None:
    for place in ("http://127.0.0.1:9/first", "http://127.0.0.1:9/second"):
        response = server.get("/probe/active", params={"submission_url": place})
        assert f'data-result="{place}"' in response.text
        assert not set(CACHING) & {name.title() for name in response.headers}


def test_neither_head_nor_post_brings_caching_headers(server: Server) -> None:
    head = server.client.head("/probe/files")
    assert (head.status_code, head.content) == (200, b"")
    for response in (head, server.post("/probe/files")):
        assert not set(CACHING) & {name.title() for name in response.headers}


@pytest.mark.parametrize(
    "post_url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example.org/",
        "https://user:secret@plus.example.org/",
        "https:///send",
        "https://[::1/",
        "/send",
    ],
)
def test_a_form_is_sent_to_addresses_of_the_web_only(server: Server, post_url: str) -> None:
    assert '<form method="post" action=""' in server.get("/probe/files", params={"post_url": post_url}).text


@pytest.mark.parametrize(
    ("wish", "language"), [("sv", "sv"), ("sv-FI", "sv"), ('"><b>', "en"), ("x", "en"), ("1e", "en"), ("åä", "en")]
)
def test_a_page_says_only_two_letters_for_its_language(server: Server, wish: str, language: str) -> None:
    assert read(server.get("/probe/files", params={"lang": wish})).language == language


def test_pages_may_not_be_framed_by_others_but_static_files_may(server: Server) -> None:
    assert server.get("/probe/files").headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "X-Frame-Options" not in server.get("/static/probe/intro.html").headers


@pytest.mark.parametrize("path", ["/probe/files", "/probe/form", "/probe/random", "/probe/shown", "/test-result"])
def test_only_the_methods_of_the_protocol_are_answered(server: Server, path: str) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        response = server.client.request(method, path)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert server.client.options(path).headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_personalised_page_shows_the_students_own_instance(server: Server) -> None:
    for uid, ordinal, instance in [("2", 1, 2), ("3", 1, 3), ("1-2", 1, 3), ("5", 2, 1)]:
        text = read(server.get("/probe/personal", params={"uid": uid, "ordinal_number": ordinal})).text
        assert f"numbers of instance {instance}" in text


def test_a_personalised_page_without_students_says_so(server: Server) -> None:
    page = read(server.get("/probe/personal"))
    assert page.metas["status"] == "error"


def test_a_view_of_the_course_gets_the_request(server: Server) -> None:
    assert "GET Own view 7" in server.get("/probe/own-view", params={"uid": "7"}).text
    assert "POST Own view" in server.post("/probe/own-view").text


def test_templates_of_authors_see_the_request(server: Server) -> None:
    assert '<p id="who">17</p>' in server.get("/probe/compare", params={"uid": "17"}).text
