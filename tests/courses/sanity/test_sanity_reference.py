"""Every finding of `sanity` is explained in its page of the reference, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from gradewright.contracts.coursera.check import CHECKS as OF_THE_CONTRACT
from gradewright.courses.sanity.findings import CHECKS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "sanity.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| (error|warning|info) \| .+ \|$", re.MULTILINE)


def test_every_finding_is_listed_with_its_severity() -> None:
    listed = dict(ROW.findall(PAGE.read_text()))
    assert listed == {id: check.severity.value for id, check in {**CHECKS, **OF_THE_CONTRACT}.items()}
