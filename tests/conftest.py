"""Which suites run here.

A test that needs more than Python and an ordinary user says so: `@pytest.mark.needs("root", "gcc")`. Where a need is
not met its tests are left out, and the closing summary says so. With `--everything`, as in CI, nothing is left out:
what cannot run there fails.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no mistake of ours
settings.load_profile("untimed")

PROGRAMS = {  # that tests may need, by name or path, and the Debian package that brings each
    "/usr/include/gtest/gtest.h": "libgtest-dev",
    "/usr/lib/postgresql": "postgresql",
    "/usr/share/java/testng.jar": "testng",
    "chromium": "chromium",
    "crun": "crun",
    "curl": "curl",
    "dockerd": "docker.io",
    "g++": "g++",
    "gcc": "gcc libc6-dev",
    "javac": "default-jdk-headless",
    "linux.uml": "user-mode-linux",
    "make": "make",
    "mmdebstrap": "mmdebstrap",
    "node": "nodejs",
    "zip": "zip",
}
NEEDS = ("root", "docker", *PROGRAMS)  # docker: an engine that a test starts for itself

pytest_plugins = ["support.fixtures", "support.stores"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--everything", action="store_true", help="leave no suite out; what cannot run here fails")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"needs(*names): what a test needs of the machine: {', '.join(NEEDS)}")


def is_met(need: str) -> bool:
    if need == "docker":
        return is_met("root") and is_met("dockerd")
    if need.startswith("/"):
        return Path(need).exists()
    return os.geteuid() == 0 if need == "root" else shutil.which(need) is not None


def unmet(config: pytest.Config) -> list[str]:
    return [] if config.getoption("--everything") else [need for need in NEEDS if not is_met(need)]


def needs_of(item: pytest.Item) -> set[str]:
    names = {name for mark in item.iter_markers("needs") for name in mark.args}
    if "debian_images" in getattr(item, "fixturenames", ()):
        names.add("mmdebstrap")
    if unknown := names - set(NEEDS):
        raise pytest.UsageError(f"{item.nodeid} needs {unknown}, of which tests/conftest.py knows nothing")
    return names


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = set(unmet(config))
    left_out = [item for item in items if needs_of(item) & missing]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = unmet(config)
    if "root" in missing:
        terminalreporter.write_line("Not run as an ordinary user: suites that need root (crun, docker, cgroups).")
    if packages := sorted(PROGRAMS[need] for need in missing if need in PROGRAMS):
        terminalreporter.write_line(f"Not run without their Debian packages: suites that need {', '.join(packages)}")
