"""Packages that not every installation has."""

from __future__ import annotations

from importlib.util import find_spec

from gradewright.errors import MissingError


def need(extra: str, *modules: str) -> None:
    """Raises `MissingError` if any of these top-level modules, which an extra of ours brings, is not installed."""
    if missing := [module for module in modules if find_spec(module) is None]:
        raise MissingError(
            f"This needs Python packages that are not installed: {', '.join(missing)}.",
            remedy=f"Install them with: pip install 'gradewright[{extra}]'",
        )
