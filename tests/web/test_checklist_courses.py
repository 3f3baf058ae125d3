"""Courses over HTTP: which there are, what is wrong with them, and that edits are live (A+ spec 1, 3.1, 3.4, 9)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from web.conftest import Server
from web.pages import parse, read

XHR = {"X-Requested-With": "XMLHttpRequest"}
ENROLL = "title: Welcome\nview_type: access.types.stdsync.noSubmission\nmax_points: 5\n"


def index(*keys: str) -> str:
    children = ", ".join(f"{{key: {key}, category: c, max_submissions: 1, config: {key}.yaml}}" for key in keys)
    return f"name: Course\nmodules: [{{key: m, children: [{children}]}}]\n"


def keys(server: Server) -> list[str]:
    return [course["key"] for course in server.get("/", headers=XHR).json()["courses"]]


def test_course_discovery_takes_json_or_yaml_but_not_both_and_reads_apps_meta(server: Server) -> None:
    server.course("in-yaml", {"index.yaml": index("e"), "e.yaml": ENROLL})
    server.course("in-json", {"index.json": '{"name": "J", "modules": []}'})
    server.course("built", {"apps.meta": "grader_config = _build/yaml\n", "_build/yaml/index.yaml": index()})
    server.course("twice", {"index.json": '{"name": "J", "modules": []}', "index.yaml": index()})
    server.course("no-course", {"readme.txt": "nothing"})
    found = keys(server)
    assert {"in-yaml", "in-json", "built"} <= set(found)
    assert "no-course" not in found
    assert server.get("/no-course/").status_code == 404
    twice = server.get("/twice/", headers=XHR).json()
    assert twice["ready"] is False
    assert "index.json" in twice["errors"][0] and "index.yaml" in twice["errors"][0]


def test_the_index_lists_courses_for_people_and_for_scripts(server: Server) -> None:
    assert server.get("/", headers=XHR).json()["ready"] is True
    assert {"key": "probe", "name": "Probe"} in server.get("/", headers=XHR).json()["courses"]
    assert "Probe" in read(server.get("/")).text


def test_a_course_lists_its_exercises_for_people_and_for_scripts(server: Server) -> None:
    listed = server.get("/probe/", headers=XHR).json()
    assert listed["ready"] is True
    assert listed["course_name"] == "Probe"
    assert {"key": "files", "title": "Send files"} in listed["exercises"]
    page = read(server.get("/probe/"))
    assert f"{server.url}/probe/aplus-json" in page.text
    assert "Send files" in page.text


def test_what_the_index_lists_twice_is_listed_twice(server: Server) -> None:
    server.course("again", {"index.yaml": index("e", "f", "e"), "e.yaml": ENROLL, "f.yaml": ENROLL})
    listed = server.get("/again/", headers=XHR).json()["exercises"]
    assert [each["key"] for each in listed] == ["e", "f", "e"]


def test_a_course_without_its_slash_leads_to_the_course(server: Server) -> None:
    for ask in (server.client.get, server.client.head):
        response = ask("/probe?lang=fi&x=%2F", follow_redirects=False)
        assert (response.status_code, response.headers["Location"]) == (301, f"{server.url}/probe/?lang=fi&x=%2F")
    assert server.post("/probe").status_code == 405
    assert server.get("/no-such-course").status_code == 404


def test_a_course_page_tells_staff_what_is_wrong(server: Server) -> None:
    server.course("wrong", {"index.yaml": index("e", "f"), "e.yaml": ENROLL, "f.yaml": "title: [unclosed\n"})
    text = read(server.get("/wrong/")).text
    assert "f.yaml" in text
    assert read(server.get("/wrong/e")).title == "Welcome"


def test_a_missing_title_gives_a_page_with_status_error(server: Server) -> None:
    page = read(server.get("/probe/untitled"))
    assert page.metas["status"] == "error"
    assert "title" in page.text
    assert "untitled.yaml" in page.text


def test_an_unknown_view_type_gives_a_page_with_status_error(server: Server) -> None:
    response = server.get("/probe/unknown-type")
    page = read(response)
    assert page.metas["status"] == "error"
    assert "access.types.nowhere.nothing" in page.text
    assert "<pre" in response.text


def test_a_bad_exercise_is_dropped_from_the_export_and_the_others_stay(server: Server) -> None:
    server.course("partly", {"index.yaml": index("good", "bad"), "good.yaml": ENROLL, "bad.yaml": "max_points: 1\n"})
    export = server.get("/partly/aplus-json").json()
    assert [child["key"] for child in export["modules"][0]["children"]] == ["good"]
    assert any("bad.yaml" in error for error in export["errors"])


def test_a_broken_index_is_told_in_the_export(server: Server) -> None:
    server.course("torn", {"index.yaml": "name: [unclosed\n"})
    assert server.get("/torn/").status_code == 200
    export = server.get("/torn/aplus-json").json()
    assert export["success"] is False
    assert "index.yaml" in export["errors"][0]


def test_the_export_has_absolute_addresses(server: Server) -> None:
    export = server.get("/probe/aplus-json").json()
    children = {child["key"]: child for child in export["modules"][0]["children"]}
    assert export["name"] == "Probe"
    assert export["lang"] == ["en", "fi"]
    assert children["files"]["url"] == f"{server.url}/probe/files"
    assert children["files"]["title"] == {"en": "Send files", "fi": "Lähetä tiedostoja"}
    assert children["intro"]["url"] == f"{server.url}/static/probe/intro.html"
    assert "config" not in children["files"]
    assert children["staff"]["exercise_info"]["no_submission"] is True


def test_an_edit_is_live_at_once(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(ENROLL)
    assert read(server.get(path)).title == "Welcome"
    change(server, path, ENROLL.replace("Welcome", "Hello"))
    assert read(server.get(path)).title == "Hello"


def test_an_edit_of_an_included_file_is_live_at_once(one_exercise: Callable[..., str], server: Server) -> None:
    text = "view_type: access.types.stdsync.noSubmission\nmax_points: 5\ninclude: [{file: more.yaml}]\n"
    path = one_exercise(text, **{"more.yaml": "title: Included\n"})
    assert read(server.get(path)).title == "Included"
    change(server, path, "title: Changed\n", "more.yaml")
    assert read(server.get(path)).title == "Changed"


def test_the_last_good_version_goes_on_while_an_edit_is_broken(
    one_exercise: Callable[..., str], server: Server
) -> None:
    path = one_exercise(ENROLL)
    assert read(server.get(path)).title == "Welcome"
    change(server, path, "title: [unclosed\n")
    assert read(server.get(path)).title == "Welcome"
    assert "e.yaml" in read(server.get(path.rpartition("/")[0] + "/")).text
    change(server, path, ENROLL)
    assert "e.yaml" not in read(server.get(path.rpartition("/")[0] + "/")).text


def test_a_clash_of_an_include_is_an_error_unless_forced(one_exercise: Callable[..., str], server: Server) -> None:
    text = ENROLL + "include: [{file: more.yaml}]\n"
    path = one_exercise(text, **{"more.yaml": "title: Other\n"})
    page = read(server.get(path))
    assert page.metas["status"] == "error"
    assert "more.yaml" in page.text
    change(server, path, ENROLL + "include: [{file: more.yaml, force: true}]\n")
    assert read(server.get(path)).title == "Other"


def test_an_include_with_a_context_is_a_template(one_exercise: Callable[..., str], server: Server) -> None:
    text = (
        "view_type: access.types.stdsync.noSubmission\nmax_points: 5\n"
        "include: [{file: more.yaml, template_context: {what: World}}]\n"
    )
    path = one_exercise(text, **{"more.yaml": "title: Hello {{ what }}\n"})
    assert read(server.get(path)).title == "Hello World"


def test_tags_work_and_an_unknown_one_is_an_error(one_exercise: Callable[..., str], server: Server) -> None:
    tagged = "title|i18n: {en: Hi, fi: Moi}\ninstructions|rst: '*so*'\n" + ENROLL.partition("\n")[2]
    path = one_exercise(tagged)
    assert read(server.get(path, params={"lang": "fi"})).title == "Moi"
    assert "<em>so</em>" in server.get(path).text
    change(server, path, ENROLL + "instructions|shout: hey\n")
    fresh = one_exercise_again(server, ENROLL + "instructions|shout: hey\n")
    page = read(server.get(fresh))
    assert page.metas["status"] == "error"
    assert "shout" in page.text


def one_exercise_again(server: Server, text: str) -> str:
    server.course("shouting", {"index.yaml": index("e"), "e.yaml": text})
    return "/shouting/e"


def change(server: Server, path: str, text: str, name: str = "e.yaml") -> None:
    """Edit a file of a course, a second later by its time stamp."""
    file = server.course(path.split("/")[1], {name: text}) / name
    later = time.time() + 1 + len(text)
    os.utime(file, (later, later))


def test_unknown_addresses_give_a_page(server: Server) -> None:
    for path in ("/nothing/", "/probe/nothing", "/probe/files/more", "/a b/", "/probe/%00", "/static/probe/nothing"):
        response = server.get(path)
        assert response.status_code == 404, path
        assert parse(response.text).metas["status"] == "error"
