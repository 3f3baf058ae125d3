"""A real service over HTTP, but without workers: what is queued stays queued."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, sync_playwright

from gradewright.testing import served

COURSES = Path(__file__).parent / "courses"
CHROMIUM = "/usr/bin/chromium"
FRONT_END = "http://127.0.0.1:9/api/v2/submissions/1/grader?token=s1.abc"  # nobody listens there


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: str
    courses: Path  # may be changed while the server runs
    data: Path
    client: httpx2.Client

    def get(self, path: str, **options: object) -> httpx2.Response:
        return self.client.get(path, **options)  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> httpx2.Response:
        return self.client.post(path, **options)  # type: ignore[arg-type]

    def course(self, key: str, files: Mapping[str, str]) -> Path:
        """Write or change a course; returns its directory."""
        directory = self.courses / key
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return directory

    def stored(self, course: str, exercise: str) -> dict[str, bytes]:
        """The files of the newest submission to an exercise, by path."""
        newest = max((self.data / "submissions" / course / exercise).iterdir(), key=lambda path: path.name) / "user"
        return {str(path.relative_to(newest)): path.read_bytes() for path in newest.rglob("*") if path.is_file()}


@contextmanager
def serving(directory: Path, **variables: str) -> Iterator[Server]:
    """A server with these settings, over a copy of our courses."""
    courses = directory / "courses"
    shutil.copytree(COURSES, courses)
    settings = {"GRADEWRIGHT_AJAX_KEY": "key of the service", **variables}
    with (
        served.serving(directory, "--workers", "0", "--web-workers", "1", courses=courses, **settings) as it,
        httpx2.Client(base_url=it.url, timeout=30) as client,
    ):
        yield Server(url=it.url, courses=courses, data=it.data, client=client)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Without tokens."""
    with serving(tmp_path_factory.mktemp("web")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For tests that say that they need chromium. While it is there, Django refuses to ask the database."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


Make = Callable[[str, Mapping[str, str]], str]


@pytest.fixture
def one_exercise(server: Server, request: pytest.FixtureRequest) -> Callable[..., str]:
    """A course of its own with one exercise of this text; returns the path of the exercise."""

    def make(text: str, **more: str) -> str:
        key = f"c{abs(hash(request.node.nodeid)):x}"[:20]
        listed = "{key: e, category: c, max_submissions: 1, config: e.yaml}"
        index = f"name: One\nmodules: [{{key: m, children: [{listed}]}}]\n"
        server.course(key, {"index.yaml": index, "e.yaml": text, **more})
        return f"/{key}/e"

    return make
