"""`gradewright course schema`."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("file", type=click.Choice(["index", "exercise"]))
def schema(file: str) -> None:
    """Print the JSON Schema of an index or of an exercise file, for editors.

    An editor that knows it completes keys, explains them and marks what is wrong. In Visual Studio Code with the YAML
    extension, for example:

    \b
    gradewright course schema exercise > exercise.schema.json
    # and in an exercise file:
    # yaml-language-server: $schema=exercise.schema.json
    """
    from gradewright.courses.schema.json_schema import exercise_schema, index_schema

    document = index_schema() if file == "index" else exercise_schema()
    click.echo(json.dumps(document, indent=2))
