"""What the Python programs share: an attack says in one line how it went."""

import json


def attempt(what, action):
    """Try it. Only what an operating system refuses counts as refused; a mistake in the attack itself shows."""
    try:
        result = action()
    except OSError as error:
        print(f"OK: refused {what}: {error}", flush=True)
        return
    print(f"ESCAPED: {what}: {result!r}", flush=True)


def expect(what, refused, seen):
    """Say how it went where there is no error to see."""
    print(f"OK: {what}" if refused else f"ESCAPED: {what}: {seen!r}", flush=True)


def outside():
    """What lies outside of the sandbox and must not be reached."""
    with open("/box/host.json") as file:  # noqa: PTH123  (pathlib is slow to import)
        return json.load(file)


def write(path, data=b"x"):
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(data)
