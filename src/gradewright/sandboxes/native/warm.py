"""A Python that has started: it waits in warm.c, and each fork of it that comes back does what python3 was called for.

    python3 warm.py LIBRARY MODULES WORD...

MODULES, with commas between them, are imported first; the WORDs are those of a `launch --serve`. In a fork nothing of
this may show: the program finds its own arguments, environment, streams and `__main__`. What cannot be had from a fork
is done by the real interpreter, which the fork then becomes. This file is run by whatever python3 the machine has, and
imports nothing of ours.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import io
import os
import signal
import site
import struct
import sys

if False:  # for those who check types
    from types import ModuleType
    from typing import Any

HEAD = struct.Struct("=IIQ64s")  # struct request of warm.h
KNOWN = {b"PYTHONPATH", b"PYTHONUSERBASE", b"PYTHONDONTWRITEBYTECODE"}  # other variables change how Python starts
NOT_ITS_OWN = {b"PYTHON"}  # but of Makefiles
LOCALES = {b"C.UTF-8", b"C.utf8"}
COERCED = {b"", b"C", b"POSIX"}
CANNOT_IMPORT = 65


def main() -> int:
    library, modules, *words = sys.argv[1:]
    del sys.path[0]
    sys.dont_write_bytecode = True
    for name in filter(None, modules.split(",")):
        try:
            importlib.import_module(name)
        except BaseException as error:  # whatever a module does
            print(f"{name} cannot be imported: {type(error).__name__}: {error}", file=sys.stderr)
            return CANNOT_IMPORT
    site.USER_BASE = site.USER_SITE = None
    atexit.register(leave, dict(sys.modules), ended := [])  # registered first, it is called last
    gc.collect()
    gc.freeze()  # else a collection would write to every page that forks share
    call = Call(wait(library, words))
    if not call.can_be_served():
        os.execve(sys.executable, [os.fsencode(sys.executable), *call.arguments[1:]], call.environment)
    call.take_on()
    ended.append(run([os.fsdecode(word) for word in call.arguments[1:]]))
    return ended[0]


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

    def can_be_served(self) -> bool:
        """Whether a fork does the same as a new interpreter would."""
        return self._arguments_are_plain() and self._starts_as_we_did() and self._streams_are_plain()

    def _arguments_are_plain(self) -> bool:
        first = self.arguments[1] if len(self.arguments) > 1 else b"-"
        if first in (b"-c", b"-m"):
            return len(self.arguments) > 2
        return not first.startswith(b"-") and not first.endswith(b".pyc") and os.path.isfile(first)

    def _starts_as_we_did(self) -> bool:
        given = {name for name in self.environment if name.startswith(b"PYTHON")}
        return given - NOT_ITS_OWN <= KNOWN and self._locale() in LOCALES

    def _locale(self) -> bytes:
        return next(filter(None, map(self.environment.get, (b"LC_ALL", b"LC_CTYPE", b"LANG"))), b"")

    def _streams_are_plain(self) -> bool:
        try:
            return not any(os.fstat(descriptor) and os.isatty(descriptor) for descriptor in range(3))
        except OSError:  # one is closed
            return False

    def take_on(self) -> None:
        os.environb.clear()
        os.environb.update(self.environment)
        for number in (signal.SIGPIPE, signal.SIGXFSZ, *self._ignored()):
            signal.signal(number, signal.SIG_IGN)
        if signal.SIGINT not in self._ignored():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
            new = stream(descriptor, getattr(sys, name))
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


def stream(descriptor: int, like: Any) -> Any:
    binary: Any = open(descriptor, f"{like.mode}b", closefd=False)
    binary.raw.name = like.name
    newline = None if like.mode == "r" else "\n"
    text: Any = io.TextIOWrapper(binary, like.encoding, like.errors, newline, like.line_buffering)
    text.mode = like.mode
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
    if isinstance(error, KeyboardInterrupt):
        sys.stdout.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return 1


def exit_code(given: object) -> int:
    if given is None or isinstance(given, int):
        return (given or 0) & 0xFF
    print(given, file=sys.stderr)
    return 1


def leave(shared: dict[str, ModuleType], ended: list[int]) -> None:
    """End as an interpreter ends, but take apart the program's own modules only.

    Those that all forks have are as large as the interpreter, and to write to their pages takes longer than all else.
    """
    if not ended:
        return
    own = [sys.modules.pop(name) for name in [*sys.modules] if sys.modules[name] is not shared.get(name)]
    for module in reversed(own):
        clear(module.__dict__)
    gc.collect()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:  # the interpreter says what becomes of that
        return
    os._exit(ended[0])


def clear(names: dict[str, Any]) -> None:
    """Names with an underscore go first, as the interpreter has it, and what the others need for their end stays."""
    for private in (True, False):
        for name in [*names]:
            if name != "__builtins__" and (name[:1] == "_" and name[1:2] != "_") >= private:
                names[name] = None


if __name__ == "__main__":
    sys.exit(main())
