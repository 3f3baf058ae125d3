"""Results of steps that are the same for every submission, such as preparing a package, are made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from gradewright.model.run import Step, StepResult

CAPACITY = 32  # results, of a handful of packages; each may hold a tree of files


class Memory:
    """The latest results by the keys of their steps. May be used by several threads at once."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, StepResult] = OrderedDict()
        self._making: dict[str, Lock] = {}
        self._guard = Lock()

    def result(self, step: Step, make: Callable[[], StepResult]) -> StepResult:
        """What `make` gives, or gave for an earlier step with the same key. Threads that need the same wait for it."""
        if not step.reusable:
            return make()
        with self._guard:
            making = self._making.setdefault(step.reusable, Lock())
        with making:
            found = self._results.get(step.reusable)
            return replace(found, step=step.name) if found else self._keep(step.reusable, make())

    def is_making(self, step: Step) -> bool:
        """Whether another thread is making this step's result, so that who asks for it would wait."""
        making = self._making.get(step.reusable)
        return making is not None and making.locked()

    def _keep(self, key: str, result: StepResult) -> StepResult:
        with self._guard:
            self._results[key] = result
            while len(self._results) > CAPACITY:
                oldest, _ = self._results.popitem(last=False)
                self._making.pop(oldest, None)
        return result
