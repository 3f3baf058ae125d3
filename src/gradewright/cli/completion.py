"""`gradewright completion SHELL`."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and file names in SHELL.

    bash and zsh: put eval "$(gradewright completion bash)" into ~/.bashrc, or the same for zsh into ~/.zshrc.

    fish: gradewright completion fish > ~/.config/fish/completions/gradewright.fish
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    kind = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    root = context.find_root()
    program = root.info_name or ""
    click.echo(kind(root.command, {}, program, f"_{program.upper()}_COMPLETE").source())
