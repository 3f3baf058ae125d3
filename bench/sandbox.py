"""One job, and many at once, without walls, in each of our sandboxes, and as people do it today: `docker run`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Job, Ratio, Results, Sample, rates, take_turns
from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.interfaces import Sandbox
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, ImageRoot, Limits, PlacedFile, Role, Root, Step
from gradewright.sandboxes.images import ImageStore
from support.debian import debian
from support.docker_engine import docker_engine

CACHE = Path(__file__).parents[1] / ".cache" / "tests"  # shared with the tests, because images take a while to make
UNIT_TESTS = Path(__file__).parent / "graders" / "test_sums.py"
PYTHON = "/usr/bin/python3"
CASES: Mapping[str, tuple[str, ...]] = {
    "/bin/true": ("/bin/true",),
    "python3 -c pass": (PYTHON, "-c", "pass"),
    "unittest grader": (PYTHON, "/student/test_sums.py"),
}
ROUNDS = {
    **dict.fromkeys(("bare", "namespaces", "namespaces, image", "bubblewrap", "crun"), 20),
    **dict.fromkeys(("docker", "docker run"), 10),
}
AT_ONCE = (1, 2, 4)
TURNS = 3
LIMITS = Limits(wall_seconds=20, cpu_seconds=10, memory_bytes=256 * 2**20, processes=64)


def measure() -> Results:
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(dir="/run", prefix="gradewright-bench-")))
        place.chmod(0o711)
        engine = stack.enter_context(docker_engine(CACHE))
        machine = Machine(cache_dir=CACHE / "unpacked", docker_url=engine)
        bench = _Bench(place, machine, ImageStore(machine).find(debian(CACHE).layout()))
        results = Results()
        for case in CASES:
            samples = take_turns(case, bench.subjects(case), ROUNDS)
            results += Results(samples=tuple(samples.values()), ratios=_ratios(case, samples))
        return results + _throughput(bench)


class _Bench:
    """The subjects, ready to run any case."""

    def __init__(self, place: Path, machine: Machine, image: Image) -> None:
        self._place, self._machine, self._image = place, machine, image
        self._slots = Slots(place / "state", lambda name, slot: None)

    def subjects(self, case: str) -> dict[str, Job]:
        layered = ImageRoot(image=self._image, writable=True)
        return {
            "bare": lambda: self._bare(case),
            "namespaces": self._ours("namespaces", HostRoot(), case),
            "namespaces, image": self._ours("namespaces", layered, case),
            "bubblewrap": self._ours("bubblewrap", HostRoot(), case),
            "crun": self._ours("crun", layered, case),
            "docker": self._ours("docker", layered, case),
            "docker run": lambda: self._docker_run(case),
        }

    def _bare(self, case: str) -> None:
        words = [str(UNIT_TESTS) if word.startswith("/student/") else word for word in CASES[case]]
        subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def _ours(self, name: str, root: Root, case: str) -> Job:
        sandbox: Sandbox = plugins.sandbox(name, self._machine)
        step = Step(
            name="job",
            role=Role.JUDGE,
            root=root,
            argv=CASES[case],
            cwd="/student",
            scratch=("/tmp", "/student"),
            limits=LIMITS,
        )
        files = (PlacedFile(path="/student/test_sums.py", data=UNIT_TESTS.read_bytes()),)

        def job() -> None:
            with self._slots.take(name) as slot:
                result = sandbox.run(step, Box(slot=slot, files=files))
            if not result.succeeded():
                sys.exit(f"{name}: {case}: {result.ending}: {result.stderr.decode(errors='replace')}")

        return job

    def _docker_run(self, case: str) -> None:
        limits = [
            *("--network=none", "--memory=256m", "--memory-swap=256m", "--pids-limit=64", "--cpus=1"),
            *("--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp", "--user=1000:1000", "--init"),
            *("-v", f"{UNIT_TESTS.parent}:/student:ro"),
        ]
        words = [
            "/usr/bin/docker",
            "-H",
            self._machine.docker_url,
            "run",
            "--rm",
            *limits,
            self._image.digest,
            *CASES[case],
        ]
        subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def _ratios(case: str, samples: Mapping[str, Sample]) -> tuple[Ratio, ...]:
    if case != "/bin/true":
        return ()
    median = {name: sample.median for name, sample in samples.items()}
    return (
        Ratio(
            name="namespaces, image with overlay and limits, over bare [ms]",
            value=median["namespaces, image"] - median["bare"],
            target=8,
            better="lower",
        ),
        Ratio(
            name="`docker run` / namespaces, image",
            value=median["docker run"] / median["namespaces, image"],
            target=30,
            better="higher",
        ),
        Ratio(name="bubblewrap over bare [ms]", value=median["bubblewrap"] - median["bare"], target=20, better="lower"),
        Ratio(
            name="`docker run` / bubblewrap",
            value=median["docker run"] / median["bubblewrap"],
            target=20,
            better="higher",
        ),
        Ratio(
            name="crun with overlay and limits over bare [ms]",
            value=median["crun"] - median["bare"],
            target=35,
            better="lower",
        ),
        Ratio(name="`docker run` / crun", value=median["docker run"] / median["crun"], target=10, better="higher"),
    )


def _throughput(bench: _Bench) -> Results:
    """Jobs in a second of the unittest grader; shown as milliseconds for each job."""
    jobs = bench.subjects("unittest grader")
    counts = {name: 8 if name.startswith("docker") else 24 for name in jobs}
    samples = []
    for at_once in AT_ONCE:
        found = rates(jobs, at_once=at_once, counts=counts, turns=TURNS)
        case = f"{at_once} at once, each"
        samples += [Sample(case=case, subject=name, times=(1000 / each,)) for name, each in found.items()]
    return Results(samples=tuple(samples))
