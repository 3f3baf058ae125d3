"""What people meet in a browser: forms to fill in, points, names for those who do not see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from web.conftest import Server

pytestmark = pytest.mark.needs("chromium")

PAGES = [
    "",
    "probe/",
    "probe/form",
    "probe/files",
    "probe/post",
    "probe/git",
    "probe/general",
    "probe/personal?uid=1",
    "instances/probe/personal",
]
NAMELESS = """
() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")]
    .filter(each => !(each.labels?.length || each.ariaLabel || each.getAttribute("aria-labelledby")
                      || each.innerText?.trim()))
    .map(each => each.outerHTML)
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test if anything is said on the console."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def meta(page: Page, name: str) -> str | None:
    return page.locator(f"meta[name={name}]").get_attribute("value")


def test_a_quiz_is_filled_in_and_graded(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/probe/form?uid=1&ordinal_number=1&max_submissions=3")
    page.get_by_role("radio", name="Two").first.check()
    page.get_by_role("combobox", name="Pick").select_option(value="y")
    page.get_by_role("checkbox", name="A", exact=True).check()
    page.get_by_role("textbox", name="Say hello").fill("hello")
    page.get_by_role("textbox", name="Six times seven").fill("41")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_selector("meta[name=points]", state="attached")
    assert (meta(page, "status"), meta(page, "points"), meta(page, "max-points")) == ("accepted", "15", "40")
    assert "15 / 40" in page.inner_text("#exercise")
    assert page.get_by_role("textbox", name="Six times seven").input_value() == "41"


def test_the_same_quiz_in_finnish(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/probe/form?lang=fi")
    assert page.get_by_role("heading", name="Kymmenen kysymystä").is_visible()
    page.get_by_role("group", name="Mikä on parillinen?").get_by_role("radio", name="Two").check()
    page.get_by_role("button", name="Palauta").click()
    page.wait_for_selector("meta[name=points]", state="attached")
    assert page.locator("html").get_attribute("lang") == "fi"
    assert "5 / 40" in page.inner_text("#exercise")


def test_a_file_is_sent_for_grading(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/probe/files")
    first = {"name": "my work.py", "mimeType": "text/x-python", "buffer": b"print('from a browser')"}
    page.get_by_label("first.py").set_input_files([first])  # type: ignore[list-item]
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("Accepted for grading").wait_for()
    assert server.stored("probe", "files")["first.py"] == b"print('from a browser')"


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name(server: Server, page: Page, path: str, language: str) -> None:
    page.goto(f"{server.url}/{path}{'&' if '?' in path else '?'}lang={language}")
    assert page.evaluate(NAMELESS) == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.title()


def test_a_page_fits_a_narrow_screen(server: Server, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{server.url}/probe/form")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
