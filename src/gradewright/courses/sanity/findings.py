"""What `sanity` can find: every check with its severity and its words. `docs/reference/sanity.md` explains each.

Words in braces are filled in where the check finds something.
"""

from __future__ import annotations

from dataclasses import replace

from gradewright.model.problem import Problem, Severity

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

DOCKERFILE = (  # the first eight are those of `courseraprogramming sanity`, in its words
    Problem(
        id="copy-destination",
        severity=WARNING,
        message="Copy destination should always start with a /.",
        remedy="{value!r} depends on WORKDIR.",
    ),
    Problem(
        id="base-ubuntu",
        severity=INFO,
        message="We recommend using debian, or other smaller base images.",
    ),
    Problem(
        id="entrypoint-redefined",
        severity=WARNING,
        message="Re-defining entrypoint of container.",
        remedy="Only the last one counts.",
    ),
    Problem(
        id="entrypoint-bash",
        severity=WARNING,
        message="Please mark your grading script or binary as the ENTRYPOINT, and not bash",
        remedy='Write ENTRYPOINT ["/grader/run.sh"], and #!/bin/bash into the first line of the script.',
    ),
    Problem(
        id="expose",
        severity=WARNING,
        message="EXPOSE commands do not work for graders",
        remedy="Take it out: nothing can connect to a grader.",
    ),
    Problem(
        id="env",
        severity=WARNING,
        message="ENV-based environment variables are stripped in the production environment for security reasons. "
        "Please set any environment variables you need in your grading script.",
    ),
    Problem(
        id="volume",
        severity=WARNING,
        message="VOLUME commands are stripped in the production environment, and will likely not work as expected.",
        remedy="Take it out, and write to /tmp or /shared.",
    ),
    Problem(
        id="entrypoint-missing",
        severity=WARNING,
        message="Your Dockerfile must define an ENTRYPOINT.",
        remedy='Add ENTRYPOINT ["/grader/grade"]: only then can a grader be told by arguments which part to grade.',
    ),
    Problem(
        id="entrypoint-shell-form",
        severity=WARNING,
        message="ENTRYPOINT is in shell form, so arguments such as partId are lost without a word.",
        remedy='Write it as a list: ENTRYPOINT ["/grader/grade"].',
    ),
    Problem(
        id="entrypoint-relative",
        severity=WARNING,
        message="ENTRYPOINT names {value!r}, which is looked for in WORKDIR{workdir}.",
        remedy="Write a path that starts with a /.",
    ),
    Problem(
        id="user",
        severity=WARNING,
        message="USER is overridden: graders run as user 1000, whatever the image says.",
        remedy="Let everybody read what the grader needs.",
    ),
    Problem(
        id="healthcheck",
        severity=WARNING,
        message="HEALTHCHECK has no effect on graders.",
        remedy="Take it out.",
    ),
    Problem(
        id="onbuild",
        severity=WARNING,
        message="ONBUILD does nothing in this image, only in images made from it.",
        remedy="Write the instruction itself.",
    ),
    Problem(
        id="add-url",
        severity=WARNING,
        message="ADD downloads {value} anew at each build, so two builds may differ.",
        remedy="Copy the file into the build context, or pin it with --checksum.",
    ),
    Problem(
        id="base-unpinned",
        severity=WARNING,
        message="The base image {value} has no fixed version, so the grader may change at any build.",
        remedy="Name a version, such as debian:12-slim.",
    ),
    Problem(
        id="base-ended",
        severity=WARNING,
        message="The base image {value} is no longer maintained; its packages may no longer be had.",
        remedy="Move to a newer release.",
    ),
    Problem(
        id="foreign-platform",
        severity=WARNING,
        message="The image is built for {value}; production runs linux/amd64.",
        remedy="Build with --platform=linux/amd64.",
    ),
    Problem(
        id="copied-without-modes",
        severity=INFO,
        message="Nothing sees to it that everybody may read the copied files, and graders do not run as root.",
        remedy="Add RUN chmod -R a+rX /grader, and chmod a+x for its programs.",
    ),
    Problem(
        id="unknown-instruction",
        message="{value} is no instruction of a Dockerfile.",
        remedy="Mend its name; if it goes on with the line above, that line must end in a backslash.",
    ),
    Problem(
        id="before-from",
        message="{value} stands before the first FROM.",
        remedy="Move it below; only ARG may stand there.",
    ),
    Problem(
        id="from-missing",
        severity=ERROR,
        message="Your Dockerfile has no FROM.",
        remedy="Begin with FROM debian:12-slim.",
    ),
)
PROGRAM = (
    Problem(
        id="program-missing",
        message="The grader runs {program}, which is not there.",
        remedy="Copy it into the image, or mend its name in ENTRYPOINT or command.",
    ),
    Problem(
        id="program-relative",
        severity=WARNING,
        message="The grader runs {program}, which is looked for from {cwd}.",
        remedy="Write a path that starts with a /.",
    ),
    Problem(
        id="program-not-executable",
        message="User {user} may not execute {program}: {place} has mode {mode}.",
        remedy="Add RUN chmod a+rx {place} to the Dockerfile, or run chmod a+rx on the file.",
    ),
    Problem(
        id="program-crlf",
        message="The first line of {program} ends in CRLF, so its interpreter is not found.",
        remedy="Save it with Unix line ends: sed -i 's/\\r$//' FILE.",
    ),
    Problem(
        id="program-without-shebang",
        message="{program} is neither a program nor a script with a first line such as #!/bin/sh.",
        remedy="Add that line.",
    ),
    Problem(
        id="interpreter-missing",
        message="{program} needs {interpreter}, which is not there.",
        remedy="Install it, or mend the first line of the script.",
    ),
    Problem(
        id="program-architecture",
        message="{program} was built for {machine}, and the image is for {architecture}.",
        remedy="Build it for {architecture}.",
    ),
    Problem(
        id="script-not-readable",
        message="User {user} may not read {program}: {place} has mode {mode}.",
        remedy="Add RUN chmod a+rX {place} to the Dockerfile, or run chmod a+rX on it.",
    ),
    Problem(
        id="script-crlf",
        severity=WARNING,
        message="Lines of {program} end in CRLF, which a shell takes for a part of the words.",
        remedy="Save it with Unix line ends: sed -i 's/\\r$//' FILE.",
    ),
    Problem(
        id="script-privileged",
        severity=WARNING,
        message="{program} calls {command}; a grader runs without any privileges.",
        remedy="Do that while the image is built.",
    ),
    Problem(
        id="script-network",
        severity=WARNING,
        message="{program} calls {command}; a grader has no network.",
        remedy="Do that while the image is built.",
    ),
    Problem(
        id="script-home",
        severity=INFO,
        message="{program} uses the home directory, which is / for graders and cannot be written to.",
        remedy="Use /tmp.",
    ),
    Problem(
        id="files-not-readable",
        severity=WARNING,
        message="User {user} may not read {count} of the files beside the grader: {examples}.",
        remedy="Add RUN chmod -R a+rX {directory} to the Dockerfile, or run chmod -R a+rX on it.",
    ),
    Problem(
        id="files-to-hide",
        severity=INFO,
        message="A submission that the grader runs may read {examples}.",
        remedy="Leave out what students must not see, or grade with a contract that keeps their programs apart.",
    ),
)
IMAGE = (
    Problem(
        id="image-architecture",
        message="The image is for {architecture}, and this machine is {here}.",
        remedy="Build it for this machine: docker build --platform linux/{here} ...; production runs linux/amd64.",
    ),
    Problem(
        id="image-too-large",
        severity=WARNING,
        message="The files of the image have {size}; production takes at most 8 GB, the submission included.",
        remedy="Start from a smaller base image, and remove what is only needed to build.",
    ),
)
ARCHIVE = (
    Problem(
        id="archive-without-dockerfile",
        message="The archive has no Dockerfile.",
        remedy="Zip the content of the build context, so that Dockerfile is at its top.",
    ),
    Problem(
        id="archive-in-a-folder",
        message="The archive has its Dockerfile at {place} and not at its top.",
        remedy="Zip the content of the folder, not the folder: cd {folder} && zip -r ../grader.zip .",
    ),
)
ENVIRONMENT = (
    Problem(
        id="no-engine",
        severity=WARNING,
        message="{reason}",
        remedy="Images can still be read from docker-archive:FILE and oci:DIRECTORY.",
    ),
    Problem(
        id="no-sandbox",
        message="{reason}",
        remedy="`gradewright doctor` shows what each sandbox needs.",
    ),
)
CHECKS = {check.id: check for check in (*DOCKERFILE, *PROGRAM, *IMAGE, *ARCHIVE, *ENVIRONMENT)}


def finding(check: str, *, file: str = "", line: int | None = None, **values: object) -> Problem:
    """What a check found, with its words filled in."""
    words = CHECKS[check]
    return replace(
        words, file=file, line=line, message=words.message.format(**values), remedy=words.remedy.format(**values)
    )
