"""The floors of docs/explanation/architecture.md, read from the imports and kept true.

Every import counts: at the top of a file, inside a function, for types only.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"
PACKAGE = "gradewright"
LAID_INTO_SANDBOXES = {  # runs there, with the Python that is there
    SOURCE / PACKAGE / "contracts" / "aplus" / "commands" / "lib",
    SOURCE / PACKAGE / "contracts" / "coursemology" / "runner",
}

FLOORS = {  # from the top down; a part is a file or folder directly below src/gradewright
    "faces": {"cli", "web", "worker", "__main__"},
    "wiring": {"autograder", "service", "doctor", "testing", "django_settings"},
    "core": {"grading", "courses", "exercises", "logs", "pages", "reports", "plugins", "settings"},
    "seams": {"interfaces"},
    "variants": {"contracts", "sandboxes", "queues", "channels", "storage"},
    "ground": {"model", "errors", "archives", "tables", "verdicts"},
}
MAY_IMPORT = {  # beside the part that a file belongs to
    "faces": {"wiring", "core", "seams", "variants", "ground"},
    "wiring": {"core", "seams", "variants", "ground"},
    "core": {"core", "seams", "ground"},  # meets the variants by name only: plugins.py
    "seams": {"ground"},
    "variants": {"seams", "ground"},
    "ground": {"ground"},
}
EVERYBODY_MAY_IMPORT = {""}  # the package itself: its version
MAY_ALSO_IMPORT = {"__main__": {"cli"}, "cli": {"worker"}, "doctor": {"autograder"}, "service": {"autograder"}}

IMPURE = {"asyncio", "docker", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib"}
HEAVY = {"django", "docker", "pydantic", "requests", "rich", "yaml"}


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    return {_dotted(file): file for file in SOURCE.rglob("*.py") if not LAID_INTO_SANDBOXES & {*file.parents}}


def _dotted(file: Path) -> str:
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(module: str) -> frozenset[str]:
    """The dotted names that a module imports; names inside our own modules are cut to the module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(_from(node))
    return frozenset(found)


def _from(node: ast.ImportFrom) -> set[str]:
    assert node.level == 0, f"a relative import in line {node.lineno}: write the whole name"
    module = node.module or ""
    return {name if (name := f"{module}.{alias.name}") in modules() else module for alias in node.names}


def part(module: str) -> str:
    """The part that a module of ours belongs to, "" for the package itself."""
    return module.removeprefix(PACKAGE).removeprefix(".").partition(".")[0]


def floor(module: str) -> str:
    return next(name for name, parts in FLOORS.items() if part(module) in parts)


def ours(names: frozenset[str]) -> list[str]:
    return sorted(name for name in names if name.partition(".")[0] == PACKAGE)


def is_allowed(importer: str, imported: str) -> bool:
    here, there = part(importer), part(imported)
    if there in {here} | EVERYBODY_MAY_IMPORT | MAY_ALSO_IMPORT.get(here, set()):
        return True
    return floor(imported) in MAY_IMPORT[floor(importer)]


def test_every_module_stands_on_a_floor() -> None:
    parts = {part(module) for module in modules()} - EVERYBODY_MAY_IMPORT
    homeless = parts - set().union(*FLOORS.values())
    assert not homeless, f"not on any floor of {__name__}: {sorted(homeless)}"


def test_imports_point_downward() -> None:
    upward = [
        f"{importer} ({floor(importer)}) imports {imported} ({floor(imported)})"
        for importer in modules()
        if importer != PACKAGE
        for imported in ours(imports(importer))
        if not is_allowed(importer, imported)
    ]
    assert not upward, "\n".join(upward)


def test_there_are_no_circles() -> None:
    graph = {module: set(ours(imports(module))) - {module, PACKAGE} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("these import one another in a circle: " + " > ".join(error.args[1]))


def test_contracts_are_pure() -> None:
    impure = [
        f"{module} imports {name}"
        for module in modules()
        if part(module) == "contracts"
        for name in imports(module)
        if name.partition(".")[0] in IMPURE
    ]
    assert not impure, "\n".join(impure)


def test_the_rule_sees_a_wrong_import() -> None:
    assert not is_allowed("gradewright.contracts.cases", "gradewright.grading.grade")
    assert not is_allowed("gradewright.grading.grade", "gradewright.contracts.cases")
    assert not is_allowed("gradewright.contracts.cases", "gradewright.sandboxes.docker")
    assert not is_allowed("gradewright.web.site", "gradewright.cli.main")
    assert not is_allowed("gradewright.model.run", "gradewright.interfaces")
    assert is_allowed("gradewright.cli.main", "gradewright.autograder")


def loaded_by(*words: str) -> set[str]:
    """The top-level modules that a command line imports, by the interpreter's own account."""
    command = [sys.executable, "-X", "importtime", "-m", PACKAGE, *words]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = process.stderr.splitlines()
    assert process.returncode == 0, f"{' '.join(command)}: {lines[-1]}"
    timed = [line for line in lines if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in timed}


@pytest.mark.parametrize(
    "words", [(), ("grade", "local"), ("grade", "batch"), ("course", "check"), ("sanity",), ("doctor",)], ids=" ".join
)
def test_help_comes_without_heavy_libraries(words: tuple[str, ...]) -> None:
    loaded = loaded_by(*words, "--help")
    assert "click" in loaded
    assert not loaded & HEAVY
