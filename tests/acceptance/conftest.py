"""A course as a teacher of the original wrote it, served to a stand-in for A+; one service for each module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from gradewright.testing.front_end import FrontEnd, Sent, SentState
from support.aplus_page import AplusPage, read
from support.serving import Served, serving

COURSES = Path(__file__).parent / "courses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course, as A+ reaches it."""

    served: Served
    front_end: FrontEnd
    client: httpx2.Client

    @property
    def url(self) -> str:
        return f"{self.served.url}/teacher"

    @property
    def directory(self) -> Path:
        """Its files, which may be changed."""
        return self.served.data.parent / "courses" / "teacher"

    def get(self, path: str, **options: object) -> httpx2.Response:
        return self.client.get(f"{self.served.url}{path}", **options)  # type: ignore[arg-type]

    def page(self, exercise: str, **query: str) -> AplusPage:
        """An exercise as it is loaded."""
        page = self.front_end.load(f"{self.url}/{exercise}", **query)
        assert page.status == 200
        return read(page.html)

    def answer(self, exercise: str, **fields: str | list[str]) -> AplusPage:
        """The page that follows on these answers of student 1, who did not submit before."""
        return self.answer_by("1", exercise, 1, **fields)

    def answer_by(self, uid: str, exercise: str, ordinal: int = 1, **fields: str | list[str]) -> AplusPage:
        sent = self.front_end.submit(
            f"{self.url}/{exercise}", fields, uid=uid, ordinal_number=str(ordinal), max_submissions="3"
        )
        assert sent.page is not None
        assert sent.page.status == 200
        return read(sent.page.html)

    def graded(self, exercise: str, fields: dict[str, str | list[str]], **more: object) -> Sent:
        """What A+ knows in the end of a submission that is graded in the background."""
        sent = self.front_end.submit(f"{self.url}/{exercise}", fields, **more)  # type: ignore[arg-type]
        assert sent.state is SentState.WAITING, sent.page
        return self.front_end.wait_for(sent.id)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    place = tmp_path_factory.mktemp("acceptance")
    shutil.copytree(COURSES, place / "courses")
    with FrontEnd() as front_end, serving(place) as served, httpx2.Client(trust_env=False) as client:
        yield Course(served=served, front_end=front_end, client=client)
