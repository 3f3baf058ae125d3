"""What shall be run and what came out: the data that passes between contracts and sandboxes.

A contract makes a `RunPlan`; the workspace turns each `Step` of it into a `Box`; a sandbox runs the step in the box and
gives a `StepResult`; the contract reads the `FinishedRun`.

Paths inside a sandbox are absolute POSIX strings. Sizes are bytes, times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from zlib import crc32

from gradewright.model.image import Image

MIB = 1024 * 1024
STUDENT_UID = 1000  # the plain user inside a sandbox; also its gid
UIDS_PER_SLOT = 65_536
PLAIN, EXECUTABLE = 0o644, 0o755  # modes of files


class Role(StrEnum):
    """Whom a step's program belongs to."""

    JUDGE = "judge"  # trusted: may see hidden tests, may write the verdict
    STUDENT = "student"  # untrusted: sees its own input and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a step may use. Every limit is for the whole step with all its processes."""

    wall_seconds: float = 60.0
    cpu_seconds: float | None = None  # None: only the wall clock limits
    memory_bytes: int = 512 * MIB  # swap is never allowed
    processes: int = 64  # threads count
    output_bytes: int = 4 * MIB  # stdout and stderr together
    disk_bytes: int = 64 * MIB  # of each writable directory
    disk_files: int = 16_384  # of each writable directory
    cores: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRoot:
    """The host's own programs, read-only: /usr, /bin, /lib*, a made-up /etc, and nothing of anybody's home.

    `expose` names further directories of the host to show, read-only, at the same place.
    """

    expose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRoot:
    """The file system of a container image. With `writable`, changes go to a private layer that is thrown away."""

    image: Image
    writable: bool = False


Root = HostRoot | ImageRoot


@dataclass(frozen=True, slots=True)
class Inline:
    """Content that the contract itself made."""

    data: bytes


@dataclass(frozen=True, slots=True)
class HostFile:
    """The content of a file of the grader or of the submission."""

    path: Path


@dataclass(frozen=True, slots=True)
class FromStep:
    """What an earlier step left: "stdout", "stderr", or the path of one of its outputs."""

    step: str
    output: str


Content = Inline | HostFile | FromStep


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIn:
    """A file that is there, and writable, when the step starts."""

    path: str
    content: Content
    mode: int = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeIn:
    """A directory copied into the step before it starts: of the host, or a tree that an earlier step left."""

    path: str
    source: Path | FromStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A directory of the host that the step sees read-only and without a copy."""

    path: str
    source: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSpec:
    """Something to bring out after the step has ended and all its processes are dead.

    With `tree`, all regular files below `path`; `max_bytes` then counts all of them together. With `links`, symbolic
    links, empty directories and files with several names, too. No link is ever followed here, but where such a tree is
    laid again its links lead wherever who made them wished: never lay a student's beside what students must not see.
    """

    path: str
    max_bytes: int = MIB
    tree: bool = False
    links: bool = False


class Capability(StrEnum):
    """A right of the superuser that a step may keep inside its sandbox; none reaches beyond it. See capabilities(7)."""

    CHOWN = "CAP_CHOWN"
    DAC_OVERRIDE = "CAP_DAC_OVERRIDE"
    FOWNER = "CAP_FOWNER"
    KILL = "CAP_KILL"
    SETGID = "CAP_SETGID"
    SETPCAP = "CAP_SETPCAP"
    SETUID = "CAP_SETUID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where a step's program may post its result by HTTP, inside its own sandbox and with no network.

    The first form that names the secret of this run is taken, all others are refused (A+ spec 4.4).
    """

    address: str  # the environment variable that names the address: http://127.0.0.1:PORT
    path: str  # to add to the address
    proof: str  # the environment variable that holds the secret, which the engine makes for each run
    field: str  # of the form, which must hold it
    naturals: tuple[str, ...] = ()  # fields that must be whole numbers of at least 0, or absent
    max_bytes: int = 16 * MIB  # of a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a program posted to its mailbox. A post that was `refused` says why, and carries nothing else."""

    fields: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One program to run in a sandbox."""

    name: str  # unique in the plan, shown to staff
    role: Role
    root: Root
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)  # complete: nothing of ours is added but PATH, if absent
    cwd: str = "/"
    user: int = STUDENT_UID  # uid and gid inside
    capabilities: frozenset[Capability] = frozenset()  # kept by user 0, for graders that change owners and users
    mailbox: Mailbox | None = None
    stdin: Content = Inline(b"")
    mounts: tuple[Mount, ...] = ()
    scratch: tuple[str, ...] = ("/tmp",)  # fresh, empty, writable directories in memory, sized by `limits.disk_*`
    trees: tuple[TreeIn, ...] = ()
    files: tuple[FileIn, ...] = ()  # laid after the trees, so that they win
    outputs: tuple[OutputSpec, ...] = ()
    limits: Limits = Limits()
    network: bool = False
    needs: tuple[str, ...] = ()  # steps that must have succeeded, else this one is skipped
    success: frozenset[int] = frozenset({0})  # exit codes that count as success
    reusable: str = ""  # if not empty: every step with this key, of whatever run, has the same result
    warm_python: tuple[str, ...] | None = None  # each python3 as a fork of one that imported these; None: anew
    terminal: bool = False  # attach the user's terminal; nothing is captured


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """The steps of one grading, in order."""

    steps: tuple[Step, ...]


class FileState(StrEnum):
    """What was found where a step should have left a file."""

    OK = "ok"
    MISSING = "missing"
    NOT_A_FILE = "not-a-file"  # a link, FIFO, socket, device or directory
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    LINK = "link"  # and it was asked for
    DIRECTORY = "directory"  # an empty one, and it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFile:
    """A file with its content at hand, ready to be laid into a sandbox; or a link or empty directory, by its state."""

    path: str
    data: bytes
    mode: int = PLAIN
    state: FileState = FileState.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One of the places in which a machine runs steps at the same time.

    A slot is held by one process at a time, and with it its directory, user id and control group name, so that no two
    running steps share any of them and whatever a killed process left can be found by name.
    """

    number: int
    directory: Path  # exists; others may pass through it but not list it
    first_uid: int  # start of the ids on the host that are this slot's alone, where we may choose ids
    state: str = ""  # what tells its state directory from all others on this machine, also from one of the same path

    @property
    def name(self) -> str:
        """Unique on this machine: slots of another state directory have other names."""
        return f"{crc32(f'{self.state}{self.directory.parent}'.encode()):08x}-{self.number}"


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What a sandbox needs beside the step: all content resolved, and the slot it runs in."""

    slot: Slot
    files: tuple[PlacedFile, ...] = ()
    stdin: bytes = b""
    cancelled: Callable[[], bool] = _never  # asked several times a second; once true, the step ends as CANCELLED


class EndingKind(StrEnum):
    """How a step ended, by the kernel's evidence, in the order of `docs/reference/verdicts.md`."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    OUT_OF_MEMORY = "out-of-memory"
    CPU_TIME = "cpu-time"
    WALL_TIME = "wall-time"
    OUTPUT_LIMIT = "output-limit"
    DISK_LIMIT = "disk-limit"
    NOT_STARTED = "not-started"  # the program could not be executed: missing, not executable, wrong format
    CANCELLED = "cancelled"  # we were asked to stop
    SKIPPED = "skipped"  # a step that it needs did not succeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    kind: EndingKind
    exit_code: int | None = None  # of EXITED
    signal: int | None = None  # of SIGNALLED
    detail: str = ""  # for people: "No such file or directory: /grader/run.sh"

    def __str__(self) -> str:
        match self.kind:
            case EndingKind.EXITED:
                return f"exited with code {self.exit_code}"
            case EndingKind.SIGNALLED:
                return f"killed by signal {self.signal}"
            case kind:
                return f"{kind}: {self.detail}" if self.detail else str(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a step used. None means that this sandbox could not measure it here."""

    wall_seconds: float = 0.0
    cpu_seconds: float | None = None
    memory_bytes: int | None = None  # the peak that the kernel charged, page cache and files in memory included
    output_bytes: int = 0
    processes_refused: int = 0  # how often a fork met the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """A file that a step left, or what was found in its place."""

    path: str
    state: FileState = FileState.OK
    data: bytes = b""  # of a LINK: where it leads
    mode: int = PLAIN

    @property
    def executable(self) -> bool:
        return bool(self.mode & 0o100)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What came out of one step."""

    step: str
    ending: Ending
    usage: Usage = Usage()
    stdout: bytes = b""
    stderr: bytes = b""
    truncated: bool = False  # stdout and stderr were cut at the output limit
    outputs: tuple[OutputFile, ...] = ()  # of a tree: one for each file; nothing found gives one that is MISSING
    posts: tuple[Post, ...] = ()  # to the mailbox, in order: at most one was taken
    sandbox: str = ""
    enforcement: Mapping[str, str] = field(default_factory=dict)  # limit -> how it was enforced: see sandboxes/

    def output(self, path: str) -> OutputFile:
        """The file at `path`, MISSING if the step never came to leaving one."""
        for file in self.outputs:
            if file.path == path:
                return file
        return OutputFile(path=path, state=FileState.MISSING)

    def succeeded(self, codes: frozenset[int] = frozenset({0})) -> bool:
        return self.ending.kind is EndingKind.EXITED and self.ending.exit_code in codes


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A plan and what came out of each of its steps."""

    plan: RunPlan
    results: tuple[StepResult, ...]

    def result(self, step: str) -> StepResult:
        for result in self.results:
            if result.step == step:
                return result
        raise KeyError(step)
