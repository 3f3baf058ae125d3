"""Loading a course of 500 exercises, against PyYAML alone on the same files; and asking for it when nothing changed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from bench.measure import Ratio, Results, take_turns
from gradewright.courses.aplus.loading import load_course
from gradewright.courses.catalog import Catalog

EXERCISES = 500
ROUNDS = 7
TODAY = "course of 500 exercises"

FORM = """\
title|i18n: {{en: "Exercise {number}", fi: "Tehtävä {number}"}}
view_type: access.types.stdsync.createForm
max_points: 40
instructions: |
  <p>Read chapter {number} and answer. There may be <strong>several</strong> right answers.</p>
fieldgroups:
"""
GROUP = """\
  - title: Group {group}
    fields:
      - type: checkbox
        title: Which of these are prime numbers?
        more: Choose all that are.
        points: 10
        required: true
        options:
          - {{label: "2", value: two, correct: true}}
          - {{label: "4", value: four}}
          - {{label: "7", value: seven, correct: true}}
          - {{label: "1", value: one, correct: neutral}}
        feedback:
          - {{value: four, label: Four is two times two.}}
          - {{value: "%100%", label: Well done.}}
      - type: text
        title: What is {number} + {group}?
        points: 10
        compare_method: int
        correct: "{total}"
"""
FILES = """\
title: Program {number}
view_type: access.types.stdasync.acceptFiles
max_points: 100
description: A program that adds numbers.
instructions: |
  <p>Write a program that reads two numbers and prints their sum.</p>
files:
  - {{field: file1, name: sum.py}}
  - {{field: file2, name: test_sum.py, required: false}}
container:
  image: apluslms/grade-python:3.11
  mount: exercises/sum
  cmd: /exercise/run.sh
  resources: {{cpu: 1, memory: 512Mi}}
model_files: [exercises/sum/solution.py]
"""


def measure() -> Results:
    with TemporaryDirectory() as directory:
        course = Path(directory, "course")
        files = write_course(course)
        catalog = Catalog(Path(directory))
        if not all(not exercise.broken for exercise in ask(catalog)):
            raise AssertionError("an exercise of the benchmark cannot be used")
        samples = take_turns(
            TODAY,
            {
                "PyYAML's C loader": lambda: [yaml.load(file.read_bytes(), yaml.CSafeLoader) for file in files],
                "load_course": lambda: load_course(course),
                "catalog, unchanged": lambda: ask(catalog),
            },
            ROUNDS,
        )
    alone, ours, unchanged = (samples[name].median for name in samples)
    ratios = (
        Ratio(name="loading 500 exercises / PyYAML's C loader", value=ours / alone, target=3, better="lower"),
        Ratio(name="500 exercises, unchanged [ms]", value=unchanged, target=5, better="lower"),
    )
    return Results(samples=tuple(samples.values()), ratios=ratios)


def ask(catalog: Catalog) -> list[object]:
    course = catalog.course("course")
    return list(course.exercises.values()) if course else []


def write_course(course: Path) -> list[Path]:
    """Forms in two languages and exercises with files, half of each; all as if written an hour ago."""
    course.mkdir()
    files = [course / "index.yaml", *(course / f"e{number}.yaml" for number in range(EXERCISES))]
    lines = ["name: Many exercises", "categories: {e: {name: Exercises}}", "modules:", "  - key: all", "    children:"]
    lines += [
        f"      - {{key: e{number}, config: e{number}, category: e, max_submissions: 5}}" for number in range(EXERCISES)
    ]
    texts = ["\n".join(lines), *(exercise(number) for number in range(EXERCISES))]
    an_hour_ago = time.time() - 3600
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
        os.utime(file, (an_hour_ago, an_hour_ago))
    return files


def exercise(number: int) -> str:
    if number % 2:
        return FILES.format(number=number)
    groups = "".join(GROUP.format(number=number, group=group, total=number + group) for group in range(2))
    return FORM.format(number=number) + groups
