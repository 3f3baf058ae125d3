"""Pages for addresses that lead nowhere and for what we did not foresee; each says `status` error in its head."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from gradewright.pages import site_pages
from gradewright.pages.variables import Site
from gradewright.web.aplus.html import page, page_language, site


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(site_pages.not_found_page(page_language(request), site(request)), 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django refused the request before any view saw it: its host, say, so nothing of it is used."""
    return page(site_pages.not_found_page("en", Site()), 400)


def failed(request: HttpRequest) -> HttpResponse:
    return page(site_pages.server_error_page(page_language(request), site(request)), 500)
