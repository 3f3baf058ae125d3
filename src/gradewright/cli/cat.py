"""`gradewright cat IMAGE FILE...`."""

from __future__ import annotations

import logging
import shutil
import sys

import click

UNCLEAN = "The cat command did not exit cleanly within the container. Exit code: 1"  # in the words of the original


@click.command()
@click.argument("image")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def cat(image: str, files: tuple[str, ...]) -> int:
    """Print FILEs of the grader image IMAGE, one after the other, exactly as they are.

    \b
    IMAGE  a tag or id that a running engine knows, docker-archive:FILE or
           oci:DIRECTORY

    No program of the image is run, so it works on any image.

    \b
    gradewright cat sum-grader:1 /grader/run.sh
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import options, settings
    from gradewright.errors import GradewrightError

    images = Autograder(settings()).images
    found = images.find(image)
    images.listing(found, "/")  # unpacked from here on: what fails below is a file that cannot be read
    failed = False
    for file in files:
        try:
            with images.open(found, file) as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
        except GradewrightError as error:
            sys.stdout.buffer.flush()
            click.echo(f"cat: {error.message}", err=True)
            failed = True
    sys.stdout.buffer.flush()
    if not failed:
        return 0
    logging.warning(UNCLEAN)
    return 0 if options().compatible else 1
