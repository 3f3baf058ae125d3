"""A warm Python: what its forks do is what a new interpreter does, and nobody gets by them what he had not."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest

from gradewright import plugins
from gradewright.errors import AuthorError
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import (
    MIB,
    Box,
    Capability,
    Ending,
    EndingKind,
    HostRoot,
    Limits,
    PlacedFile,
    Role,
    Step,
    StepResult,
)
from gradewright.sandboxes import spawner, warm_python
from gradewright.sandboxes.warm_python import AT

pytestmark = pytest.mark.needs("root")

FILES = {
    "asking.py": Path(__file__).with_name("programs").joinpath("asking.py").read_bytes(),
    "who.py": "print('fork' if b'warm.py' in open('/proc/self/cmdline', 'rb').read() else 'new')",
    "show.py": """
        import os, sys
        print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__).__name__, __cached__)
        print(sys.argv, sys.orig_argv, sys.path, sys.executable, sys.flags)
        print(sys.stdin, sys.stdout, sys.stderr, os.getcwd(), sorted(os.environ.items()))
        print([sys.stdout.line_buffering, sys.stderr.line_buffering, sys.dont_write_bytecode], sorted(globals()))
    """,
    "package/__init__.py": "",
    "package/__main__.py": "import sys; print(__name__, __package__, __spec__.name, __file__, sys.argv, sys.path)",
    "package/inner.py": "print(__name__)",
    "search.py": """
        import re, who
        found = []
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for start, end in re.findall("^([0-9a-f]+)-([0-9a-f]+) rw", maps.read(), re.MULTILINE):
                memory.seek(int(start, 16))
                found += re.findall(b".{,20}x-SECRE[T]-x", memory.read(int(end, 16) - int(start, 16)), re.DOTALL)
        print("found", found or "nothing")
    """,
    "wrong.py": "def f():\\n    raise ValueError('no', 3)\\nf()",
    "broken.py": "x = (",
    "latin.py": b"# coding: latin-1\nprint('\xe9')",
    "chained.py": "try:\\n    1/0\\nexcept ZeroDivisionError as e:\\n    raise KeyError('a') from e",
    "ends.py": """
        import atexit, threading
        class Mourner:
            def __del__(self): print("gone", type(self).__name__)
        mourner, unflushed = Mourner(), open("/tmp/unflushed", "w")
        unflushed.write("kept")
        atexit.register(print, "at exit")
        threading.Timer(0.05, print, ["of a thread"]).start()
        print("last line", end="")
    """,
}
CALLS = tomllib.loads(Path(__file__).with_name("python_calls.toml").read_text())
NOTHING: Mapping[str, Any] = {}
OUT_OF_MEMORY = EndingKind.OUT_OF_MEMORY


class Runner:
    def __init__(self, state: Path, sandbox: str = "namespaces") -> None:
        self.state = state
        self.sandbox = plugins.sandbox(sandbox, Machine(cache_dir=state / "cache"))
        self.slots = Slots(state, lambda _, slot: self.sandbox.sweep(slot))

    def __call__(
        self,
        script: str,
        warm_python: tuple[str, ...] | None = (),
        *,
        user: int = 1000,
        capabilities: frozenset[Capability] = frozenset(),
        stdin: bytes = b"",
        files: Mapping[str, bytes] = NOTHING,
        env: Mapping[str, str] = NOTHING,
        **limits: int,
    ) -> StepResult:
        step = Step(
            name="s",
            role=Role.JUDGE,
            root=HostRoot(),
            argv=("sh", "-c", script),
            env={"LC_ALL": "C.UTF-8", "HOME": "/tmp", **env},
            cwd="/w",
            user=user,
            capabilities=capabilities,
            scratch=("/tmp", "/w"),
            limits=Limits(**{"wall_seconds": 20, "processes": 64, **limits}),  # type: ignore[arg-type]
            warm_python=warm_python,
        )
        with self.slots.take(self.sandbox.name) as slot:
            return self.sandbox.run(step, Box(slot=slot, files=tuple(_placed({**FILES, **files})), stdin=stdin))


def _placed(files: Mapping[str, str | bytes]) -> Iterator[PlacedFile]:
    for name, text in files.items():
        data = text if isinstance(text, bytes) else dedent(text.replace("\\n", "\n")).encode()
        yield PlacedFile(path=f"/w/{name}", data=data)


@pytest.fixture(scope="module")
def run() -> Iterator[Runner]:
    with TemporaryDirectory(dir="/run", prefix="gradewright-test-") as directory:
        Path(directory).chmod(0o711)
        yield Runner(Path(directory, "state"))


@pytest.mark.parametrize("script", CALLS.values(), ids=CALLS.keys())
def test_a_fork_does_what_a_new_interpreter_does(run: Runner, script: str) -> None:
    cold, warm = run(script, None), run(script)
    assert warm.ending == cold.ending == Ending(kind=EndingKind.EXITED, exit_code=0)
    assert plain(warm.stdout) == plain(cold.stdout)
    assert plain(warm.stderr) == plain(cold.stderr)


def plain(said: bytes) -> str:
    """Without addresses, numbers of threads, and the differences that docs/explanation/warm-python.md tells of."""
    text = said.decode(errors="replace").replace(f"{AT}:", "").replace("/usr/bin/python3", "python3")
    return re.sub("0x[0-9a-f]+|started [0-9]+|utf8_mode=[01]", "...", text)


@pytest.mark.parametrize(
    "call",
    [
        "python3 -c 'import who'; python3 who.py; python3 -m who",
        "PYTHONUSERBASE=/w PYTHONPATH=/w python3 who.py; PYTHONDONTWRITEBYTECODE=1 python3 who.py",
        "PYTHON=python3 make -se --eval='all:;$(PYTHON) who.py'",
        """python3 -c 'import subprocess as s; s.run(["python3", "who.py"])'""",
        "env -u HOME python3 who.py; env LC_ALL= LANG=C.UTF-8 python3 who.py; env -u LC_ALL python3 who.py",
    ],
)
def test_python_is_a_fork_where_that_makes_no_difference(run: Runner, call: str) -> None:
    assert set(run(call).stdout.split()) == {b"fork"}


@pytest.mark.parametrize(
    "call",
    [
        "/usr/bin/python3 who.py",
        "python3 -u who.py",
        "python3 <who.py",
        "PYTHONHASHSEED=1 python3 who.py",
        "LC_ALL=POSIX python3 who.py",
        "python3 who.py <&-",
        "X=$(head -c 99999 /dev/zero | tr '\\0' x); Y=$X X=$X python3 who.py",
    ],
)
def test_else_python_starts_anew(run: Runner, call: str) -> None:
    assert run(call).stdout == b"new\n"


def test_modules_are_imported_once(run: Runner) -> None:
    seen = 'python3 -c \'import sys; print(*(name in sys.modules for name in ("decimal", "fractions")))\''
    assert run(seen, ("decimal", "fractions")).stdout == b"True True\n"
    assert run(seen, ("decimal",)).stdout == b"True False\n"
    assert run(seen).stdout == b"False False\n"


def test_a_module_that_is_not_there_is_named(run: Runner) -> None:
    with pytest.raises(AuthorError, match="not_there cannot be imported: ModuleNotFoundError"):
        run("true", ("json", "not_there"))
    assert run("true").succeeded()


def test_random_numbers_differ_also_where_their_module_was_imported_before(run: Runner) -> None:
    draw = "python3 -c 'import random; print(random.random())'"
    drawn = run(f"{draw}; {draw}", ("random",)).stdout.split() + run(draw, ("random",)).stdout.split()
    assert len(set(drawn)) == 3


def test_nothing_of_a_fork_is_in_the_next(run: Runner) -> None:
    spoil = "import builtins, sys, json; builtins.spoiled = sys.spoiled = 1; json.loads = None; sys.path.clear()"
    look = "import builtins, sys, json; print(hasattr(builtins, 'spoiled') or hasattr(sys, 'spoiled'), json.loads('3'))"
    for _ in range(2):
        assert run(f'python3 -c "{spoil}"; python3 -c "{look}"', ("json",)).stdout == b"False 3\n"


def test_limits_count_for_forks_as_for_all(run: Runner) -> None:
    assert run("python3 -c 'x = bytearray(200 << 20)'; true", memory_bytes=64 * MIB).ending.kind is OUT_OF_MEMORY
    assert run("python3 -c 'while True: pass'", cpu_seconds=1).ending.kind is EndingKind.CPU_TIME
    forks = "import os\ntry:\n while os.fork() or True: pass\nexcept OSError: os._exit(3)"
    assert run(f"python3 -c '{forks}'").usage.processes_refused > 0
    spent = run("python3 -c 'import time\nwhile time.process_time() < 0.5: pass'").usage
    assert 0.5 <= (spent.cpu_seconds or 0) < 0.6
    assert run("true").succeeded()


def test_nothing_outlives_a_step(run: Runner) -> None:
    escape = "import os, time; os.fork(); os.setsid(); os.fork(); time.sleep(1000)"
    mark = f"MARK=warm-{os.getpid()}"
    run(f'export {mark}; python3 -c "{escape}" & python3 -c "{escape}" & sleep 0.3')
    assert not [path for path in Path("/proc").glob("[0-9]*/environ") if mark.encode() in environment(path)]


def environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_end_of_who_called_is_the_end_of_the_fork(run: Runner) -> None:
    script = """
        python3 -c 'import time; time.sleep(1); print("lives")' &
        sleep 0.2; kill -KILL $!; sleep 1.5
    """
    assert run(script).stdout == b""


def test_where_a_grader_parts_its_programs_by_user_python_starts_anew(run: Runner) -> None:
    """A fork would have the grader's user, whoever asked for it."""
    result = run(f"python3 who.py; ls {AT}", user=0, capabilities=frozenset({Capability.SETUID}))
    assert result.stdout == b"new\n"


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ("", "fork 1000"),
        ("resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))", "fork 20"),
        ("asking.forbid_something()", "no fork"),
    ],
)
def test_a_fork_is_bound_as_who_asked_for_it(run: Runner, fate: str, said: str) -> None:
    assert run(f"ulimit -n 1000; {ask_for_fork(fate)}").stdout.decode() == f"{said}\n"


def ask_for_fork(fate: str) -> str:
    """A program to which something happens, and that then asks for a fork by itself."""
    return f"""/usr/bin/python3 - <<'END'
import asking, resource, socket
{fate}
ours, theirs = socket.socketpair(*asking.LINE)
asking.ask(theirs, "import resource; print('fork', resource.getrlimit(resource.RLIMIT_NOFILE)[0])")
print("no fork") if not ours.recv(1) else ours.recv(4)
END"""


def test_a_fork_holds_nothing_of_what_its_grader_was_given(run: Runner) -> None:
    """Init was given it, too, and a fork is one of init."""
    script = """
        read given; echo "$given" | rev; rm /w/hidden; echo "$TOLD" | rev; unset TOLD given
        python3 -c 'import os; os.environ["ASKED"]' x-SECRET-x 2>/dev/null
        sleep 0.1
        python3 search.py
    """
    result = run(script, stdin=b"x-SECRET-x", files={"hidden": b"x-SECRET-x" * 9999}, env={"TOLD": "x-SECRET-x"})
    assert result.stdout.decode().splitlines() == ["x-TERCES-x"] * 2 + ["fork", "found nothing"]


@pytest.mark.parametrize("packet", ['b""', 'b"x"', 'b"\\xff" * 80', 'b"\\xff" * 100_000', 'b"\\xff" * 80 + bytes(9)'])
def test_nonsense_at_the_socket_changes_nothing_for_others(run: Runner, packet: str) -> None:
    script = f"""/usr/bin/python3 - <<'END'
import asking, os
null = os.open("/dev/null", os.O_RDONLY)
for count in (0, 1, 2, 60, 250): asking.send([null] * count, {packet})
END
python3 who.py"""
    result = run(script)
    assert (result.stdout, result.stderr) == (b"fork\n", b"")


def test_streams_that_wait_at_the_socket_do_not_hold_up_the_end(run: Runner) -> None:
    """A program ends well while others of its own go on to send its stdout."""
    script = """exec /usr/bin/python3 -c '
import asking, os, time
for _ in range(6):
    if not os.fork():
        while True: asking.send([1] * 60)
time.sleep(0.3); os._exit(0)'"""
    assert run(script, wall_seconds=3).succeeded()


IN_A_QUEUE = """
ours, theirs = socket.socketpair(*asking.LINE)
socket.send_fds(ours, [bytes(1)], [slow.fileno()])
os.close(slow.detach())
"""


@pytest.mark.parametrize(
    "hidden",
    [
        "asking.send([slow.fileno()])",
        "asking.send([0] * 100 + [slow.fileno()])",
        f"{IN_A_QUEUE}asking.send([ours.fileno(), theirs.fileno()])",
        f"{IN_A_QUEUE}asking.ask(theirs, 'import time; time.sleep(9)'); time.sleep(0.1)",
    ],
    ids=["sent", "too many sent", "in the queue of another", "passed on by a line"],
)
def test_a_socket_that_is_slow_to_close_does_not_hold_init_up(run: Runner, hidden: str) -> None:
    program = f"""
import asking, os, socket, time
slow = asking.slow_socket()
for _ in range(3): asking.send([0] * 200)
{hidden}
os._exit(0)
"""
    result = run("/usr/bin/python3 slow.py; python3 who.py", files={"slow.py": program.encode()}, wall_seconds=3)
    assert result.stdout == b"fork\n", result


def test_calls_in_calls_come_to_an_end(run: Runner) -> None:
    """Also where more of them wait for each other than init keeps count of."""
    nested = """
import subprocess, sys
n = int(sys.argv[1])
subprocess.run(["python3", "n.py", str(n - 1)]) if n else print("the last")
"""
    result = run("python3 n.py 70", files={"n.py": nested.encode()}, processes=400, memory_bytes=2048 * MIB)
    assert result.stdout == b"the last\n", result


def test_where_there_may_be_no_more_processes_python_starts_anew(run: Runner) -> None:
    sleepers = "for i in 1 2 3 4 5 6; do sleep 9 & done"
    assert run(f"{sleepers}; python3 who.py", processes=9).stdout == b"fork\n"
    assert run(f"{sleepers}; python3 who.py", processes=8).stdout == b"new\n"


@pytest.mark.parametrize(
    ("module", "complaint"),
    [
        (
            "import threading; threading.Thread(target=__import__('time').sleep, args=(999,)).start()",
            "has started a thread",
        ),
        ("import os, time; os.fork() or time.sleep(999)", "has started a process"),
        ("import mmap; memory = mmap.mmap(-1, 4096)", "has memory that all forks would share"),
        ("import os; os._exit(0)", "kept warm: it ended"),
        ("raise SystemExit(7)", "spoiler cannot be imported: SystemExit: 7"),
        ("import time; time.sleep(999)", "its modules were not imported"),
        ("import os; os.closerange(3, 99)", "kept warm: "),
    ],
)
def test_a_module_that_forks_cannot_share_is_refused(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, complaint: str
) -> None:
    (tmp_path / "spoiler.py").write_text(module)
    monkeypatch.setitem(warm_python.ENVIRONMENT, "PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(spawner, "READY_SECONDS", 1.0)
    with pytest.raises(AuthorError, match=complaint):
        run("true", ("spoiler",))
    assert str(tmp_path).encode() not in b"".join(map(environment, Path("/proc").glob("[0-9]*/environ")))


def test_signals_and_streams_that_a_module_takes_are_given_back(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil = "import signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); sys.stdin = sys.stdout = None"
    (tmp_path / "deaf.py").write_text(spoil)
    monkeypatch.setitem(warm_python.ENVIRONMENT, "PYTHONPATH", str(tmp_path))
    for _ in range(3):
        assert run("python3 who.py", ("deaf",)).stdout == b"fork\n"


def test_what_shared_modules_do_at_the_end_is_done(run: Runner) -> None:
    program = """
import logging.handlers as h
kept = h.MemoryHandler(9, target=h.logging.StreamHandler())
kept.handle(h.logging.makeLogRecord({"msg": "last", "args": (), "levelno": 20}))
"""
    assert run(f"python3 -c '{program}'", ("logging.handlers",)).stderr == b"last\n"


def test_many_at_once_are_all_served(run: Runner) -> None:
    script = "for i in $(seq 150); do python3 -c 'import time; time.sleep(0.3); print(1)' & done; wait"
    result = run(script, processes=512, memory_bytes=1024 * MIB)
    assert result.stdout == b"1\n" * 150, result


@pytest.mark.parametrize("sandbox", ["bubblewrap", "unconfined"])
def test_other_sandboxes_start_python_anew(sandbox: str, run: Runner) -> None:
    result = Runner(run.state, sandbox)("python3 who.py", ("decimal",))
    assert result.stdout == b"new\n"
