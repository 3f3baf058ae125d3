"""Which suites run here.

A test that needs more than an ordinary user has says so: `pytestmark = pytest.mark.needs("root")`. Where a need is not
met its tests are left out and the closing summary says so. With `--everything`, as in CI, nothing is left out: what
cannot run there fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

NEEDS: dict[str, tuple[Callable[[], bool], str]] = {  # name: (is it met here?, what is left out if not)
    "root": (lambda: os.geteuid() == 0, "not run as an ordinary user: suites that need root (crun, cgroup limits)"),
    "docker": (
        lambda: os.geteuid() == 0 and shutil.which("dockerd") is not None,
        "not run here: the docker suites, which start an engine of their own (needs root and the package docker.io)",
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--everything", action="store_true", help="leave no suite out; what cannot run here fails")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"needs(*names): what a test needs of the machine: {', '.join(NEEDS)}")


def unmet(config: pytest.Config) -> list[str]:
    if config.getoption("--everything"):
        return []
    return [name for name, (is_met, _) in NEEDS.items() if not is_met()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = set(unmet(config))
    left_out = [item for item in items if missing & {name for mark in item.iter_markers("needs") for name in mark.args}]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in unmet(config):
        terminalreporter.write_line(NEEDS[name][1])
