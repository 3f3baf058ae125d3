"""What most kinds do not do, so that each file tells only what its kind does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Answer, Context, Received, Status, Visit


class Plain:
    """A page that is the same for everybody and grades nothing."""

    name: ClassVar[str]
    template: ClassVar[str] = ""

    def in_background(self, config: Mapping[str, Any]) -> bool:
        return False

    def varies(self, config: Mapping[str, Any]) -> bool:
        return False

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        return Answer(status=Status.SHOWN)

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        return self.show(config, visit, context)

    def model(self, config: Mapping[str, Any]) -> JudgedForm | None:
        return None


class Background(Plain):
    """Graded later, by a grader."""

    def in_background(self, config: Mapping[str, Any]) -> bool:
        return True
