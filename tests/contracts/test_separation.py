"""What each contract says of the student's program and its judge, and that its page says the same."""

from pathlib import Path

import pytest

from gradewright import plugins

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "contracts"


@pytest.mark.parametrize("name", plugins.names("contracts"))
def test_the_page_of_a_contract_says_whether_the_verdict_can_be_forged(name: str) -> None:
    assert f"`separation: {plugins.contract(name).separation}`" in (PAGES / f"{name}.md").read_text()
