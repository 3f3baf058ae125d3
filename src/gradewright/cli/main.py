"""`gradewright`: the table of subcommands and what all of them share.

Nothing heavy is imported here; a subcommand's module is imported when it is run or its own help is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gradewright import __version__
from gradewright.cli.lazy import LazyGroup
from gradewright.cli.streams import EXIT_UNREAD, Unread, secure_streams
from gradewright.errors import Cancelled, GradewrightError, InfrastructureError, MissingError, UsageError

COMMANDS = {  # name: (module:object, one line of help)
    "attempts": ("gradewright.cli.attempts:attempts", "Look after what a service grades."),
    "cat": ("gradewright.cli.cat:cat", "Print files of a grader image."),
    "completion": ("gradewright.cli.completion:completion", "Print the script that completes commands in your shell."),
    "course": ("gradewright.cli.course:course", "Make, check and export courses."),
    "doctor": ("gradewright.cli.doctor:doctor", "Try each sandbox here and say how to mend what is missing."),
    "grade": ("gradewright.cli.grade:grade", "Grade submissions on this machine."),
    "harness": ("gradewright.cli.harness:harness", "Grade with the Makefiles of a resources tree."),
    "inspect": ("gradewright.cli.inspect:inspect", "Open a shell inside a grader, as a student's program sees it."),
    "ls": ("gradewright.cli.ls:ls", "List files of a grader image."),
    "new": ("gradewright.cli.new:new", "Make a working grader to start from."),
    "package": ("gradewright.cli.package:package", "Make and check packages for Coursemology."),
    "sanity": ("gradewright.cli.sanity:sanity", "Check a grader, its Dockerfile and its image for pitfalls."),
    "serve": ("gradewright.cli.serve:serve", "Serve courses to a front end such as A+, and grade what is sent."),
    "version": ("gradewright.cli.version:version", "Print the version."),
    "worker": ("gradewright.cli.worker:worker", "Grade what a service has queued."),
}
PROGRAM = "gradewright"
INTERRUPTED = 130  # what shells say of a program that ^C ended
EXIT_CODES_OF_ORIGINALS = {UsageError.exit_code: 2, MissingError.exit_code: 1}


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
@click.option(
    "-c",
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of settings that wins over the other files of settings.",
)
@click.option("--docker-url", metavar="URL", help="Where the container engine listens (default: DOCKER_HOST).")
@click.option("--strict-docker-tls", is_flag=True, help="Accepted for compatibility: TLS is always checked strictly.")
@click.option(
    "--timeout",
    "docker_timeout",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="How long to wait for an answer of the container engine (default: 60).",
)
@click.option("-v", "--verbose", count=True, help="Say more; twice for everything.")
@click.option("-q", "--quiet", count=True, help="Say only warnings; twice for errors only.")
@click.option("--silence-urllib3", is_flag=True, help="Say nothing about HTTP connections, whatever -v says.")
@click.pass_context
def cli(
    context: click.Context,
    config: Path | None,
    docker_url: str | None,
    strict_docker_tls: bool,
    docker_timeout: int | None,
    verbose: int,
    quiet: int,
    silence_urllib3: bool,
) -> None:
    """Grade programs: try a grader at your desk exactly as it will run in production."""
    from gradewright.cli.common import Globals, set_up_talk

    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude one another.")
    set_up_talk(verbose, quiet, silence_urllib3=silence_urllib3)
    said = {"docker_url": docker_url, "docker_timeout": docker_timeout}
    changes = {key: value for key, value in said.items() if value is not None}
    compatible = context.info_name != PROGRAM
    context.obj = Globals(
        compatible=compatible,
        quiet=quiet,
        config=None if compatible else config,  # the originals take a file of another form and never look into it
        changes=changes,
    )


def main() -> None:
    """Run the command line and exit: 0 ok, 1 fatal, 2 retryable, 64 usage, 69 something is missing."""
    _run_and_exit(PROGRAM)


def courseraprogramming() -> None:
    """The same command line under the name of the first original, with its exit codes."""
    _run_and_exit("courseraprogramming")


def coursera_autograder() -> None:
    """The same command line under the name of the second original, with its exit codes."""
    _run_and_exit("coursera_autograder")


def _run_and_exit(program: str) -> None:
    secure_streams()
    try:
        sys.exit(run(sys.argv[1:], program))
    except Unread:
        sys.exit(EXIT_UNREAD)


def run(arguments: list[str], program: str = PROGRAM) -> int:
    """Run the command line under this name and return the exit code."""
    try:
        result = cli.main(arguments, prog_name=program, standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, Cancelled):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return _exit_code(UsageError.exit_code if isinstance(error, click.UsageError) else error.exit_code, program)
    except GradewrightError as error:
        click.echo(f"Error: {error}", err=True)
        return _exit_code(error.exit_code, program)
    except OSError as error:  # of the machine, where nobody was prepared for it
        click.echo(f"Error: {': '.join(map(str, filter(None, (error.filename, error.strerror))))}.", err=True)
        return InfrastructureError.exit_code
    return result if isinstance(result, int) else 0


def _exit_code(ours: int, program: str) -> int:
    return ours if program == PROGRAM else EXIT_CODES_OF_ORIGINALS.get(ours, ours)
