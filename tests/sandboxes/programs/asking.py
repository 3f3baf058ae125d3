"""What a program can say to the init of a warm Python, without the stand-in's help."""

import array
import ctypes
import os
import socket
import struct
import time
from collections.abc import Sequence

INIT = "/.gradewright-python/socket"
LINE = (socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(descriptors: Sequence[int], packet: bytes = b"x") -> None:
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        asking.sendmsg([packet], rights, 0, INIT)


def ask(line: socket.socket, program: str) -> None:
    """For a fork that runs `program`, with our streams; `line` is its own afterwards."""
    words = ["python3", "-c", program, "LC_ALL=C.UTF-8", ""]
    request = struct.pack("=IIQ64s", 3, 0o22, 0, bytes([0, 1, 2]))
    send([line.fileno(), os.open(".", os.O_PATH), 0, 1, 2], request + "\0".join(words).encode())
    line.close()


def forbid_something() -> None:
    """One more filter on our calls, which lets everything pass."""
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(code))
    assert ctypes.CDLL(None).prctl(22, 2, ctypes.create_string_buffer(program)) == 0


def slow_socket() -> socket.socket:
    """Whoever closes it last waits for half a minute: it is full, and nobody reads."""
    listening = socket.create_server(("127.0.0.1", 0))
    sending = socket.create_connection(listening.getsockname())
    sending.setblocking(False)
    if not os.fork():
        sending.close()
        time.sleep(9)
        os._exit(0)
    try:
        while True:
            sending.send(b"x" * 65536)
    except BlockingIOError:
        pass
    sending.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 30000))
    return sending
