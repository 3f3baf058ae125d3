"""Sign in with a token, for people who look at a guarded service with a browser (A+ spec 3.6)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from gradewright.errors import SubmissionRejected
from gradewright.pages.site_pages import login_page
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.html import absolute, page, page_language, site
from gradewright.web.aplus.tokens import COOKIE, NotAllowed, bearer, gate
from gradewright.web.aplus.uploads import received_of
from gradewright.web.methods import allow

_MOST_BYTES = 64 * 1024


@allow("GET", "POST")
@explaining
def login(request: HttpRequest) -> HttpResponse:
    """GET signs out and shows the form; POST takes a token, from the header or the field `token`, into a cookie."""
    if request.method != "POST":
        response = _form(request)
        response.delete_cookie(COOKIE)
        return response
    try:
        token = bearer(request) or received_of(request, max_bytes=_MOST_BYTES).value("token") or ""
        gate().verified(token.strip())
    except (NotAllowed, SubmissionRejected) as refusal:
        return _form(request, refusal.message, 401)
    response = HttpResponse("You are signed in.", content_type="text/plain; charset=utf-8")
    is_secure = absolute(request, "/").startswith("https:")  # as the world sees us: a proxy may talk to us in the clear
    response.set_cookie(COOKIE, token.strip(), secure=is_secure, httponly=True, samesite="Lax")
    return response


def _form(request: HttpRequest, message: str = "", status: int = 200) -> HttpResponse:
    return page(login_page(page_language(request), site(request), message=message), status)
