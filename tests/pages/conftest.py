"""Pages need Django, but nothing of a service."""

from __future__ import annotations

import pytest

from gradewright.pages.django_ready import set_up


@pytest.fixture(autouse=True, scope="session")
def django_is_ready() -> None:
    """After collection, so that suites that configure Django for a service come first."""
    set_up()
