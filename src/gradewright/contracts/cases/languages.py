"""What a grader need not say about a language: a preset for each.

Words of commands may hold what `commands` fills in: {main}, {stem}, {sources} and {heap}.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The defaults of a grader whose submissions are written in this language."""

    files: tuple[str, ...]  # that a submission must hold; the first is {main}
    run: tuple[str, ...]
    compile: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # patterns of the names that {sources} stands for
    environment: Mapping[str, str] = field(default_factory=dict)


# Hash seeds are fixed so that a program that prints a set prints the same in every attempt.
PYTHON = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}
# A virtual machine for small programs: without these it asks for threads and memory by the size of the whole host.
SMALL_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
GCC = ("-O2", "-Wall", "-Wextra", "-o", "program", "{sources}", "-lm")

LANGUAGES: Mapping[str, Language] = {
    "python": Language(files=("main.py",), run=("python3", "{main}"), environment=PYTHON),
    "c": Language(files=("main.c",), sources=("*.c",), compile=("gcc", "-std=c17", *GCC), run=("./program",)),
    "cpp": Language(
        files=("main.cpp",),
        sources=("*.cpp", "*.cc", "*.cxx"),
        compile=("g++", "-std=c++17", *GCC),
        run=("./program",),
    ),
    "java": Language(
        files=("Main.java",),
        sources=("*.java",),
        compile=(
            "javac",
            *(f"-J{flag}" for flag in (*SMALL_JVM, "-Xmx{heap}m")),
            "-encoding",
            "UTF-8",
            "-d",
            ".",
            "{sources}",
        ),
        run=("java", *SMALL_JVM, "-Xmx{heap}m", "-cp", ".", "{stem}"),
    ),
    "javascript": Language(files=("main.js",), run=("node", "--max-old-space-size={heap}", "{main}")),
}
