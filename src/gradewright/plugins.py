"""Variants by name, through entry points; built-in ones are registered in pyproject.toml as a stranger's would be."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, cast

from gradewright.errors import MissingError

if TYPE_CHECKING:
    from gradewright.interfaces import Channel, Contract, Queue, Sandbox, Store
    from gradewright.model.machine import Machine
    from gradewright.model.outbound import Outbound


@cache
def _found(kind: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"gradewright.{kind}")}


def names(kind: str) -> list[str]:
    """The names of all variants of a kind: "channels", "contracts", "queues", "sandboxes"."""
    return sorted(_found(kind))


def _load(kind: str, name: str) -> Any:
    point = _found(kind).get(name)
    if point is None:
        known = ", ".join(names(kind)) or "none is installed"
        raise MissingError(
            f"There is no {kind.rstrip('es') if kind == 'sandboxes' else kind.rstrip('s')} named {name!r}.",
            remedy=f"Known: {known}.",
        )
    try:
        return point.load()
    except ImportError as error:
        raise MissingError(
            f"The {name} {kind} plug-in could not be loaded: {error}.",
            remedy=_remedy(point, name),
        ) from error


def _remedy(point: EntryPoint, name: str) -> str:
    """What brings the rest of a plug-in: the extra of its name, if its package has one."""
    package = point.dist
    if package is None:
        return "Install its package anew."
    extras = package.metadata.get_all("Provides-Extra") or []
    if name in extras:
        return f"Install it with: pip install '{package.name}[{name}]'"
    return f"Install {package.name} anew; its extras: {', '.join(extras) or 'none'}."


def contract(name: str) -> Contract:
    """The contract of this name. Raises `MissingError` if there is none."""
    return cast("Contract", _load("contracts", name)())


def sandbox(name: str, machine: Machine) -> Sandbox:
    """The sandbox of this name on this machine. Raises `MissingError` if there is none."""
    return cast("Sandbox", _load("sandboxes", name)(machine))


def channel(name: str, outbound: Outbound) -> Channel:
    """The channel of this name. Raises `MissingError` if there is none."""
    return cast("Channel", _load("channels", name)(outbound))


def queue(name: str, store: Store, *, slots: int, lease_seconds: float) -> Queue:
    """The queue of this name on a store. Raises `MissingError` if there is none."""
    return cast("Queue", _load("queues", name)(store, slots=slots, lease_seconds=lease_seconds))


def exercise_kind(name: str) -> object:
    """The kind of exercises of this name, a `gradewright.exercises.kinds.Kind`. Raises `MissingError`."""
    return cast("object", _load("exercise_kinds", name)())
