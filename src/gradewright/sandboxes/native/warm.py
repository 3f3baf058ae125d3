"""A Python that has started: it waits in warm.c, and each fork of it that comes back does what python3 was called for.

    python3 warm.py LIBRARY MODULES WORD...

MODULES, with commas between them, are imported first; the WORDs are those of a `launch --serve`. In a fork nothing of
this may show: the program finds its own arguments, environment, streams and `__main__`. What cannot be had from a fork
is done by the real interpreter, which the fork then becomes. This file is run by whatever python3 the machine has, and
imports nothing of ours.
"""

from __future__ import annotations

import sys

OF_ITSELF = frozenset(sys.modules)  # what a new interpreter has imported when a program begins

import atexit  # noqa: E402
import ctypes  # noqa: E402
import gc  # noqa: E402
import importlib  # noqa: E402
import io  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import site  # noqa: E402
import stat  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402
from _weakref import ref  # noqa: E402
from contextlib import suppress  # noqa: E402

if False:  # for those who check types
    from types import ModuleType
    from typing import Any

HEAD = struct.Struct("=IIQ64s")  # struct request of warm.h
KNOWN = {b"PYTHONPATH", b"PYTHONUSERBASE", b"PYTHONDONTWRITEBYTECODE"}  # other variables change how Python starts
NOT_ITS_OWN = {b"PYTHON"}  # but of Makefiles
OF_THE_LOADER = (b"LD_", b"GLIBC_TUNABLES", b"MALLOC_")
LOCALES = {b"C.UTF-8", b"C.utf8"}
COERCED = {b"", b"C", b"POSIX"}
CANNOT_WAIT = 65
PARENT_DEATH_SIGNAL = 1  # of prctl
INTERRUPTED = -1
STREAMS = ("stdin", "stdout", "stderr")


def main() -> int:
    library, modules, *words = sys.argv[1:]
    streams = [Stream(getattr(sys, name)) for name in STREAMS]
    shared: dict[str, ModuleType] = {}
    ended: list[int] = []
    atexit.register(leave, shared, ended)  # registered first, it is called last
    if complaint := prepare(list(filter(None, modules.split(",")))):
        print(complaint, file=sys.stderr, flush=True)
        os._exit(CANNOT_WAIT)
    shared.update(sys.modules)
    gc.collect()
    gc.freeze()  # else a collection would write to every page that forks share
    call = Call(wait(library, words))
    if not call.can_be_served(shared):
        os.execve(sys.executable, [os.fsencode(sys.executable), *call.arguments[1:]], call.environment)
    call.take_on(streams)
    ended.append(run([os.fsdecode(word) for word in call.arguments[1:]]))
    return ended[0]


def prepare(modules: list[str]) -> str:
    """Import all that forks shall have. Returns why there can be no forks of that, if there can be none."""
    prctl = ctypes.CDLL(None).prctl
    del sys.path[0]
    sys.dont_write_bytecode = True
    prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # it is for who serves, and for no thread
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:  # whatever a module does
            return f"{name} cannot be imported: {type(error).__name__}: {error}"
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    prctl(PARENT_DEATH_SIGNAL, 0)
    site.USER_BASE = site.USER_SITE = None
    return what_forks_lack()


def what_forks_lack() -> str:
    me = f"/proc/self/task/{os.getpid()}"
    with open(f"{me}/children") as file:
        children = file.read().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    if children:
        return "one of the modules has started a process"
    if len(os.listdir("/proc/self/task")) > 1:
        return "one of the modules has started a thread, which forks would not have"
    with open("/proc/self/maps") as file:
        if any(" rw-s " in line for line in file):
            return "one of the modules has memory that all forks would share"
    return ""


def wait(library: str, words: list[str]) -> bytes:
    """Returns what a stand-in sent, in a fork that was made for it."""
    serve = ctypes.PyDLL(library).warm_serve
    serve.restype = ctypes.c_ssize_t
    packet = ctypes.c_void_p()
    argv = [b"launch", *map(os.fsencode, words)]
    ctypes.pythonapi.PyOS_BeforeFork()
    length = serve(len(argv), (ctypes.c_char_p * (len(argv) + 1))(*argv), ctypes.byref(packet))
    ctypes.pythonapi.PyOS_AfterFork_Child()
    return ctypes.string_at(packet, length)


class Call:
    """With what python3 was called."""

    def __init__(self, packet: bytes) -> None:
        count, _, self.ignored, _ = HEAD.unpack_from(packet)
        texts = packet[HEAD.size : -1].split(b"\0")
        self.arguments = texts[:count]
        self.environment = dict(text.split(b"=", 1) for text in texts[count:] if b"=" in text)
        if not self.environment.get(b"LC_ALL") and self._locale() in COERCED:
            self.environment[b"LC_CTYPE"] = b"C.UTF-8"  # as a new interpreter does

    def can_be_served(self, shared: dict[str, ModuleType]) -> bool:
        """Whether a fork does the same as a new interpreter would."""
        try:
            arguments, streams = self._arguments_are_plain(), self._streams_are_plain()
            return arguments and streams and self._starts_as_we_did() and not self._hides(shared)
        except OSError:  # the directory is gone, a stream closed, a file unreadable
            return False

    def _arguments_are_plain(self) -> bool:
        os.getcwd()
        first = self.arguments[1] if len(self.arguments) > 1 else b"-"
        if first in (b"-c", b"-m"):
            return len(self.arguments) > 2 and is_plain(self.arguments[2])
        if first.startswith(b"-") or not os.path.isfile(first):
            return False
        with open(first, "rb") as file:
            return is_plain(file.read())

    def _hides(self, shared: dict[str, ModuleType]) -> bool:
        """Whether files of the program's own have names of modules that it would have imported itself."""
        tops = {os.fsencode(name.partition(".")[0]) for name in shared.keys() - OF_ITSELF}
        first = self.arguments[1]
        place = os.path.dirname(os.path.realpath(first)) if first not in (b"-c", b"-m") else os.getcwdb()
        places = [place, *filter(None, self.environment.get(b"PYTHONPATH", b"").split(b":"))]
        files = {file for place in places if os.path.isdir(place) for file in os.listdir(place)}
        return not tops.isdisjoint(file.partition(b".")[0] for file in files)

    def _starts_as_we_did(self) -> bool:
        given = {name for name in self.environment if name.startswith(b"PYTHON")}
        loader = any(name.startswith(OF_THE_LOADER) for name in self.environment)
        return given - NOT_ITS_OWN <= KNOWN and self._locale() in LOCALES and not loader

    def _locale(self) -> bytes:
        return next(filter(None, map(self.environment.get, (b"LC_ALL", b"LC_CTYPE", b"LANG"))), b"")

    def _streams_are_plain(self) -> bool:
        modes = [os.fstat(descriptor).st_mode for descriptor in range(3)]
        return not any(map(stat.S_ISDIR, modes)) and not any(map(os.isatty, range(3)))

    def take_on(self, streams: list[Stream]) -> None:
        os.environb.clear()
        os.environb.update(self.environment)
        time.tzset()
        for number in (signal.SIGPIPE, signal.SIGXFSZ, *self._ignored()):
            signal.signal(number, signal.SIG_IGN)
        if signal.SIGINT not in self._ignored():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for descriptor, name in enumerate(STREAMS):
            new = streams[descriptor].open(descriptor)
            setattr(sys, name, new)
            setattr(sys, f"__{name}__", new)
        sys.dont_write_bytecode = bool(self.environment.get(b"PYTHONDONTWRITEBYTECODE"))
        add_user_site()
        if paths := os.fsdecode(self.environment.get(b"PYTHONPATH", b"")):
            sys.path[:0] = dict.fromkeys(map(os.path.abspath, paths.split(":")))  # what is empty is where we are
        if numpy := sys.modules.get("numpy.random"):  # unlike random, it does not see to that itself
            numpy.seed()
        sys.orig_argv = [os.fsdecode(word) for word in self.arguments]

    def _ignored(self) -> list[int]:
        return [number for number in range(1, 32) if self.ignored >> number & 1]


def add_user_site() -> None:
    """What the user has installed comes before what is there for all."""
    user, shared = site.getusersitepackages(), site.getsitepackages()
    before = [path for path in sys.path if path not in shared]
    after = [path for path in sys.path if path in shared]
    if os.path.isdir(user):
        sys.path[:] = before
        site.addsitedir(user)
        sys.path += after


def is_plain(source: bytes) -> bool:
    """Whether it is a text of UTF-8 that does not name its encoding, and no archive."""
    head = b"".join(source.splitlines()[:2])
    try:
        return "\0" not in source.decode() and b"coding" not in head and not source.startswith(b"\xef\xbb\xbf")
    except UnicodeDecodeError:
        return False


class Stream:
    """How the interpreter has opened one, to do that again: modules may change what is there."""

    def __init__(self, like: Any) -> None:
        self._name, self._mode = like.name, like.mode
        newline = None if like.mode == "r" else "\n"
        self._text = like.encoding, like.errors, newline, like.line_buffering

    def open(self, descriptor: int) -> Any:
        binary: Any = open(descriptor, f"{self._mode}b", closefd=False)
        binary.raw.name = self._name
        text: Any = io.TextIOWrapper(binary, *self._text)
        text.mode = self._mode
        return text


def run(words: list[str]) -> int:
    """Do what the interpreter does with its arguments."""
    sys.modules["__main__"] = main = type(sys)("__main__")
    main.__dict__.update(__builtins__=sys.modules["builtins"], __annotations__={})
    try:
        if words[0] == "-c":
            run_text(words[1], words[2:], main)
        elif words[0] == "-m":
            run_module(words[1], words[2:])
        else:
            run_file(words[0], words[1:], main)
    except SystemExit as leaving:
        return exit_code(leaving.code)
    except BaseException as error:
        return told(error)
    return 0


def run_text(text: str, words: list[str], main: ModuleType) -> None:
    sys.argv = ["-c", *words]
    sys.path.insert(0, "")
    main.__loader__ = sys.__loader__
    exec(compile(text, "<string>", "exec", dont_inherit=True), main.__dict__)


def run_module(name: str, words: list[str]) -> None:
    import runpy

    sys.argv = ["-m", *words]
    sys.path.insert(0, os.getcwd())
    run_as_main = runpy.__dict__["_run_module_as_main"]  # which is what the interpreter calls
    run_as_main(name)


def run_file(path: str, words: list[str], main: ModuleType) -> None:
    sys.argv = [path, *words]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    whole = os.path.join(os.getcwd(), path)
    loader = type(globals()["__loader__"])("__main__", whole)
    main.__dict__.update(__file__=whole, __cached__=None, __loader__=loader)
    with open(path, "rb") as file:
        source = file.read()
    exec(compile(source, whole, "exec", dont_inherit=True), main.__dict__)


def told(error: BaseException) -> int:
    """Say what stopped the program, without what is ours of the traceback. Returns the exit code."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    sys.excepthook(type(error), error.with_traceback(trace), trace)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def exit_code(given: object) -> int:
    if given is None or isinstance(given, int):
        return (given or 0) & 0xFF if -(2**63) <= (given or 0) < 2**63 else 0xFF
    print(given, file=sys.stderr)
    return 1


def leave(shared: dict[str, ModuleType], ended: list[int]) -> None:
    """End as an interpreter ends, but take apart the program's own modules only.

    Those that all forks have are as large as the interpreter, and to write to their pages takes longer than all else.
    """
    if not ended:
        return
    flush_files()
    own = [name for name in [*sys.modules] if sys.modules[name] is not shared.get(name)]
    left = [ref(module) for module in map(sys.modules.pop, own) if isinstance(module, type(sys))]
    gc.collect()
    for module in filter(None, [kept() for kept in reversed(left)]):
        clear(module.__dict__)
    gc.collect()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:  # the interpreter says what becomes of that
        return
    if ended[0] == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(ended[0])


def flush_files() -> None:
    """Of files that nobody closed, the parts could come to their ends in an order that loses what was written."""
    for file in gc.get_objects():
        if issubclass(type(file), (io.TextIOWrapper, io.BufferedWriter)):  # its __class__ may be anything
            with suppress(Exception):
                file.flush()


def clear(names: dict[str, Any]) -> None:
    """Names with an underscore go first, as the interpreter has it, and what the others need for their end stays."""
    for private in (True, False):
        for name in [*names]:
            if name != "__builtins__" and (name[:1] == "_" and name[1:2] != "_") >= private:
                names[name] = None


if __name__ == "__main__":
    sys.exit(main())
