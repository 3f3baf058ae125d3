"""`gradewright`: the table of subcommands and what all of them share.

Nothing heavy is imported here; a subcommand's module is imported when it is run or its own help is asked for.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from gradewright import __version__
from gradewright.errors import GradewrightError, UsageError

COMMANDS = {  # name: (module:object, one line of help)
    "batch": ("gradewright.cli.batch:batch", "Grade a directory full of submissions."),
    "cat": ("gradewright.cli.cat:cat", "Print files of a grader image."),
    "completion": ("gradewright.cli.completion:completion", "Print the script that completes commands in your shell."),
    "doctor": ("gradewright.cli.doctor:doctor", "Try each sandbox here and say how to mend what is missing."),
    "grade": ("gradewright.cli.grade:grade", "Grade submissions on this machine."),
    "inspect": ("gradewright.cli.inspect:inspect", "Open a shell inside a grader, as a student's program sees it."),
    "ls": ("gradewright.cli.ls:ls", "List files of a grader image."),
    "new": ("gradewright.cli.new:new", "Make a working grader to start from."),
    "sanity": ("gradewright.cli.sanity:sanity", "Check a grader, its Dockerfile and its image for pitfalls."),
    "version": ("gradewright.cli.version:version", "Print the version."),
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported only when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """Grade programs: try a grader at your desk exactly as it will run in production."""


def main() -> None:
    """Run the command line and exit: 0 ok, 1 fatal, 2 retryable, 64 usage, 69 something is missing."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    try:
        result = cli.main(arguments, prog_name="gradewright", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code if isinstance(error, click.UsageError) else error.exit_code
    except GradewrightError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    return result if isinstance(result, int) else 0


def courseraprogramming() -> None:
    main()


def coursera_autograder() -> None:
    main()
