"""What A+ hears later: submissions to a grader of the original, in a container without an image (A+ spec 4, 5, 6)."""

from __future__ import annotations

import json
import time

import httpx2

from acceptance.conftest import Course
from gradewright.testing.front_end import SentState


def seen(feedback: str) -> list[str]:
    """What the grader found, a line each."""
    return feedback.replace("<pre>", "\n").replace("</pre>", "\n").replace("&quot;", '"').split("\n")


def test_files_reach_the_grader_under_the_names_of_the_course(course: Course) -> None:
    files = {"file1": ("../../evil.py", b"print(1)"), "unknown": ("x", b"ignored")}
    sent = course.graded("program", {}, files=files)
    assert (sent.state, sent.points, sent.max_points) == (SentState.READY, 4, 5)
    assert [line for line in seen(sent.feedback) if line.startswith("./")] == ["./src/main.py"]
    assert "library" in seen(sent.feedback)


def test_the_secret_of_a_submission_is_hidden_from_the_work_of_students(course: Course) -> None:
    sent = course.graded("program", {}, files={"file1": ("a.py", b"")})
    assert "SID is hidden" in sent.feedback


def test_tags_reach_a_plus(course: Course) -> None:
    [result] = course.graded("program", {}, files={"file1": ("a.py", b"")}).results
    assert json.loads(result["grading_data"])["submission_tags"] == "good,late"


def test_texts_and_who_sends_them_reach_the_grader(course: Course) -> None:
    sent = course.graded("essay", {"texts/essay.txt": " An essay. ", "user_id": "i7", "oauth_signature": "x"})
    assert "<p>4 of 5 for Essay</p>" in sent.feedback
    lines = seen(sent.feedback)
    assert {"./texts/essay.txt", "./more.txt", "./lti.json"} <= set(lines)
    person = json.loads(next(line for line in lines if line.startswith("{")))
    assert set(person) == {
        "user_id",
        "custom_student_id",
        "lis_person_name_full",
        "lis_person_name_given",
        "lis_person_name_family",
        "lis_person_contact_email_primary",
    }
    assert (person["user_id"], person["custom_student_id"]) == ("i7", None)


def test_answers_of_a_form_reach_the_grader_as_json(course: Course) -> None:
    sent = course.graded("answers", {"number": "7", "nothing": "", "letters": ["a", "b"]}, post_url="https://a.plus/")
    assert json.loads(next(line for line in seen(sent.feedback) if line.startswith("{"))) == {
        "number": 7,
        "nothing": None,
        "letters": ["a", "b"],
        "__grader_lang": "en",
        "__aplus_post_url": "https://a.plus/",
    }


def test_the_instance_that_was_seen_is_the_one_graded(course: Course) -> None:
    for ordinal, instance in [("1", 1), ("4", 2)]:
        sent = course.graded("personal", {"answer.txt": "1"}, uid="2", ordinal_number=ordinal)
        assert f"number {instance}" in seen(sent.feedback)


def test_a_plus_may_send_a_submission_again(course: Course) -> None:
    sent = course.graded("program", {}, files={"file1": ("a.py", b"")})
    query = {"uid": "1", "submission_url": course.front_end.submission_url(sent.id)}
    response = httpx2.post(f"{course.url}/program", params=query, files={"file1": b""}, trust_env=False)
    assert 'name="status" value="accepted"' in response.text
    deadline = time.monotonic() + 60
    while len(course.front_end.sent[sent.id].results) < 2:
        assert time.monotonic() < deadline, "it was not graded anew"
        time.sleep(0.05)


def test_a_container_posts_with_its_secret_or_not_at_all(course: Course) -> None:
    for fields in ({}, {"sid": "guessed", "points": "10", "max_points": "10"}):
        refused = course.client.post(f"{course.served.url}/container-post", data=fields)
        assert (refused.status_code, refused.text) == (403, "Invalid sid" if fields else "Missing sid")
