"""Who may do what where keys of trusted services are configured (A+ spec 3.6, 9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from web.conftest import Server, serving
from web.pages import parse

READ, WRITE = 1, 2
XHR = {"X-Requested-With": "XMLHttpRequest"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EXERCISE = (
    "title: T\nview_type: access.types.stdsync.comparePostValues\ntemplate: ./t.html\nmax_points: 1\nvalues: {}\n"
)
INDEX = "name: Course\nmodules: [{key: m, children: [{key: e, category: c, max_submissions: 1, config: e.yaml}]}]\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("guarded")
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (directory / "aplus.pem").write_bytes(public)
    keys = f"aplus={directory / 'aplus.pem'}"
    with serving(directory, GRADEWRIGHT_JWT_KEYS=keys, GRADEWRIGHT_JWT_UID="grader") as server:
        for key in ("7", "8"):
            server.course(key, {"index.yaml": INDEX, "e.yaml": EXERCISE, "t.html": "<p>template</p>"})
        yield server


def token(*permissions: tuple[str, int, dict[str, int]], key: rsa.RSAPrivateKey = KEY, **changes: Any) -> str:
    claims = {"iss": "aplus", "aud": "grader", "sub": "somebody", "exp": time.time() + 60, "permissions": permissions}
    return jwt.encode({name: value for name, value in (claims | changes).items() if value is not None}, key, "RS256")


def bearing(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_without_a_token_nothing_is_shown(guarded: Server) -> None:
    for path in ("/", "/probe/", "/probe/files", "/probe/aplus-json", "/model/probe/form/", "/7/e"):
        response = guarded.get(path)
        assert response.status_code == 401, path
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert parse(response.text).metas["status"] == "error"


@pytest.mark.parametrize(
    "text",
    [
        token(exp=time.time() - 1),
        token(exp=None),
        token(aud="another"),
        token(aud=None),
        token(iss="unknown"),
        token(iss=None),
        token(key=STRANGER),
        jwt.encode({"iss": "aplus", "aud": "grader", "exp": time.time() + 60}, "x" * 32, "HS256"),
        jwt.encode({"iss": "aplus", "aud": "grader", "exp": time.time() + 60}, None, "none"),
        token()[:-4] + "AAAA",
        "nonsense",
        "é",
    ],
    ids=[
        "expired",
        "without an end",
        "for another",
        "for nobody",
        "from a stranger",
        "from nobody",
        "signed by a stranger",
        "signed with a shared secret",
        "not signed",
        "with another signature",
        "nonsense",
        "not ASCII",
    ],
)
def test_a_token_must_be_whole_in_time_for_us_and_from_one_we_trust(guarded: Server, text: str) -> None:
    header = {"Authorization": b"Bearer " + text.encode()}
    assert guarded.get("/probe/files", headers=header).status_code == 401


def test_any_valid_token_opens_courses_that_a_plus_does_not_number(guarded: Server) -> None:
    assert guarded.get("/probe/files", headers=bearing(token())).status_code == 200
    assert guarded.post("/probe/compare", headers=bearing(token())).status_code == 200


def test_numbered_courses_need_a_right_of_their_own(guarded: Server) -> None:
    may_read = bearing(token(("instance", READ, {"id": 7})))
    may_write = bearing(token(("instance", WRITE, {"id": 7})))
    assert guarded.get("/7/e", headers=may_read).status_code == 200
    assert guarded.get("/7/aplus-json", headers=may_read).status_code == 200
    assert guarded.post("/7/e", headers=may_write).status_code == 200
    assert guarded.post("/7/e", headers=may_read).status_code == 403
    assert guarded.get("/7/e", headers=may_write).status_code == 403
    assert guarded.get("/8/e", headers=may_read).status_code == 403
    assert guarded.get("/model/8/e/", headers=may_read).status_code == 403
    assert guarded.get("/7/e", headers=bearing(token(("course", READ, {"id": 7})))).status_code == 403


def test_the_list_has_only_what_may_be_read(guarded: Server) -> None:
    headers = XHR | bearing(token(("instance", READ, {"id": 8})))
    assert [course["key"] for course in guarded.get("/", headers=headers).json()["courses"]] == ["8", "probe"]


def test_pages_for_machines_that_have_no_token_stay_open(guarded: Server) -> None:
    assert guarded.post("/test-result", data={"points": "1"}).status_code == 200
    assert guarded.post("/container-post", data={"sid": "x"}).text == "Invalid sid"
    assert guarded.post("/ajax/probe/active").status_code == 422
    assert guarded.get("/generatedfile/probe/personal/1/numbers.txt").status_code == 200
    assert guarded.get("/static/probe/intro.html").status_code == 200
    for path in ("/healthz", "/readyz", "/metrics"):
        assert guarded.get(path).status_code == 200


def test_people_sign_in_with_a_token_that_is_kept_in_a_cookie(guarded: Server) -> None:
    assert "token" in parse(guarded.get("/login").text).names
    refused = guarded.post("/login", data={"token": "nonsense"})
    assert refused.status_code == 401
    assert "not valid" in refused.text
    signed_in = guarded.post("/login", data={"token": token()})
    assert signed_in.status_code == 200
    cookie = signed_in.headers["Set-Cookie"]
    assert cookie.startswith("AuthToken=")
    assert "HttpOnly" in cookie
    assert guarded.get("/probe/files").status_code == 200
    assert 'AuthToken=""' in guarded.get("/login").headers["Set-Cookie"]
    assert guarded.get("/probe/files").status_code == 401


def test_without_keys_tokens_are_ignored(server: Server) -> None:
    assert server.get("/probe/files", headers=bearing("nonsense")).status_code == 200
