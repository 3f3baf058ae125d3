"""`./dev bench [AREA]... [--json FILE]`: run the benchmarks and print one table of times and one of ratios."""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

from bench.measure import Ratio, Results, Sample

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # for what the tests have to make images and engines

AREAS = {  # name: what it measures
    "sandbox": "one job and many at once: bare, in each of our sandboxes, under plain `docker run`",
    "engine": "what the engine itself costs: plan, fill, read, score",
    "start": "the start of the command line",
    "batch": "grading a folder of submissions",
    "harness": "grading a tree of the Makefile harness, against the loop of the original",
    "reports": "reading what test frameworks report",
    "courses": "loading a course of 500 exercises, and asking for it when nothing has changed",
    "queue": "the queue against its own statements, and how long a submission waits",
    "packages": "grading a folder of submissions with a package of Coursemology",
    "web": "pages and graded forms over HTTP, against an empty view of the same server",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=", ".join(AREAS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write samples and ratios to FILE")
    chosen = parser.parse_args()
    if unknown := set(chosen.areas) - set(AREAS):
        parser.error(f"unknown area: {', '.join(sorted(unknown))}; choose from {', '.join(AREAS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
    results = Results()
    for area in chosen.areas or AREAS:
        print(f"{area}: {AREAS[area]}", file=sys.stderr, flush=True)
        results += import_module(f"bench.{area}").measure()
    print(table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(as_json(results), indent=2) + "\n")
    return 0 if all(ratio.ok for ratio in results.ratios) else 1


def as_json(results: Results) -> dict[str, object]:
    return {
        "samples": [sample.as_json() for sample in results.samples],
        "ratios": [ratio.as_json() for ratio in results.ratios],
    }


def table(results: Results) -> str:
    return "\n".join([*_times(results.samples), "", *_ratios(results.ratios)])


def _times(samples: tuple[Sample, ...]) -> list[str]:
    head = f"{'case':24} {'subject':22} {'n':>4} {'median ms':>10} {'p90 ms':>10}"
    rows = [
        f"{sample.case:24} {sample.subject:22} {len(sample.times):4} {sample.median:10.2f} {sample.p90:10.2f}"
        for sample in samples
    ]
    return [head, "-" * len(head), *rows]


def _ratios(ratios: tuple[Ratio, ...]) -> list[str]:
    head = f"{'figure':62} {'value':>8} {'target':>9}  "
    rows = [
        f"{ratio.name:62} {ratio.value:8.2f} {'<=' if ratio.better == 'lower' else '>='} {ratio.target:6g}  "
        f"{'ok' if ratio.ok else 'MISSED'}"
        for ratio in ratios
    ]
    return [head, "-" * len(head), *rows]


if __name__ == "__main__":
    sys.exit(main())
