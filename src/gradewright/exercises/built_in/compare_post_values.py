"""Values of a page of the author's own against lists of what is accepted (A+ spec 2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.scalars import number, open_child, open_table, points_in_all, sequence, text
from gradewright.model.problem import Problem
from gradewright.tables import Table


class ComparePostValues(Plain):
    name = "compare-post-values"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        table.require("max_points", "Say how many points the exercise gives, such as: max_points: 10")
        table.require("template", "Name a template with a form that sends the values.")
        table.read("max_points", points_in_all, None)
        for rule in _rules(table).values():
            rule.read("points", number, None)
            rule.read("accept", lambda value: [*map(text, sequence(value))], None)
        return table.problems

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        table = open_table(config)
        values = {name: received.value(name) for name in _rules(table)}
        points, failed = Fraction(0), []
        for name, rule in _rules(table).items():
            if "accept" in rule and is_accepted(values[name], rule.read("accept", sequence, ())):
                points += rule.read("points", number, Fraction(0))
            elif "accept" in rule:
                failed.append(name)
        max_points = table.read("max_points", points_in_all, Fraction(0))
        if values and points == 0 and not failed:
            points = max_points
        shown = {name: False if value is None else value for name, value in values.items()}
        return Answer(
            status=Status.ACCEPTED,
            points=min(max(points, Fraction(0)), max_points),
            max_points=max_points,
            result={"received": shown, "failed": failed},
        )


def is_accepted(value: str | None, accept: Sequence[Any]) -> bool:
    """Whether a value is in a list, where true stands for any value and false for none."""
    if value is None:
        return any(each is False for each in accept)
    return any(each is True or (each is not False and text(each) == value) for each in accept)


def _rules(table: Table) -> dict[str, Table]:
    """The rules by the names of the values that they are for."""
    values = open_child(table, "values")
    return {str(name): open_child(values, name) for name in values.values}
