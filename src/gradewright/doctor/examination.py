"""Run every probe in a sandbox, and tell what was found."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from gradewright.autograder import Autograder
from gradewright.doctor.probes import FINDINGS, Finding, Probe
from gradewright.errors import GradewrightError, SandboxError
from gradewright.grading.enforcement import degradation
from gradewright.model.run import HostRoot, Role, RunPlan, Step, StepResult
from gradewright.settings import Settings

AT_ONCE = 4  # probes
SCRATCH = "/tmp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whether one thing is as it should be."""

    id: str
    claim: str
    trouble: str = ""  # what was seen instead; empty if it holds
    means: str = ""  # the word of the enforcement map, where there is one

    @property
    def holds(self) -> bool:
        return not self.trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found out about one sandbox."""

    sandbox: str
    unavailable: str = ""  # why it cannot be used here, and what mends it
    found: tuple[Found, ...] = ()
    degradation: str = ""  # what to tell about limits that hold, but not by the kernel for the whole step

    @property
    def usable(self) -> bool:
        return not self.unavailable and all(found.holds for found in self.found)


def examine(sandbox: str, settings: Settings) -> Examined:
    """Try the sandbox of this name really, as grading with these settings would use it."""
    try:
        autograder = Autograder(replace(settings, sandbox=sandbox, require=()))
        autograder.sandbox_for(HostRoot())
        results = _run_all(autograder)
    except GradewrightError as error:
        return Examined(sandbox=sandbox, unavailable=str(error))
    found = tuple(_judge(finding, results[finding.probe]) for finding in FINDINGS)
    held = {finding.limit: item.means for finding, item in zip(FINDINGS, found, strict=True) if item.means}
    return Examined(sandbox=sandbox, found=found, degradation=degradation(sandbox, held))


def _run_all(autograder: Autograder) -> dict[Probe, StepResult | SandboxError]:
    probes = list(dict.fromkeys(finding.probe for finding in FINDINGS))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(probes, pool.map(partial(_run, autograder), probes), strict=True))


def _run(autograder: Autograder, probe: Probe) -> StepResult | SandboxError:
    name = f"probe-{secrets.token_hex(8)}"
    argv = ("/bin/sh", "-c", probe.script, "sh", name)
    step = Step(name=name, role=Role.STUDENT, root=HostRoot(), argv=argv, cwd=SCRATCH, limits=probe.limits)
    try:
        return autograder.run_plan(RunPlan(steps=(step,))).result(name)
    except SandboxError as error:
        return error


def _judge(finding: Finding, result: StepResult | SandboxError) -> Found:
    if isinstance(result, SandboxError):
        return Found(id=finding.id, claim=finding.claim, trouble=str(result))
    means = result.enforcement.get(finding.limit, "")
    return Found(id=finding.id, claim=finding.claim, trouble=finding.check(result), means=means)
