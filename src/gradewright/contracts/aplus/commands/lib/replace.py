"""replace [-o FILE] NAME=FILE... [TEMPLATE]: fill $NAME and ${NAME} of a template, or of stdin, with files."""

import getopt
import re
import sys
from pathlib import Path
from typing import List

USAGE = "usage: replace [-o file] NAME=file... [template]"
MAX_BYTES = 10000  # of a file
WORD = re.compile(r"\$(?:(\w+)|\{(\w+)\})", re.ASCII)


def main(words: List[str]) -> None:
    try:
        options, words = getopt.getopt(words, "o:")
    except getopt.GetoptError as error:
        print(f"{error}\n{USAGE}", file=sys.stderr)
        sys.exit(64)
    given = [word for word in words if "=" in word]
    templates = [word for word in words if "=" not in word]
    if not given or len(templates) > 1:
        sys.exit(USAGE)
    values = {name: content(name, file) for name, _, file in (word.partition("=") for word in given)}
    template = Path(templates[0]).read_bytes() if templates else sys.stdin.buffer.read()
    filled = WORD.sub(lambda found: values.get(found[1] or found[2], found[0]), template.decode("utf-8", "replace"))
    data = filled.encode("utf-8", "replace")
    if options:
        Path(options[-1][1]).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)


def content(name: str, file: str) -> str:
    path = Path(file)
    if not path.is_file():
        sys.exit(f"There is no file {file!r} for {name}.")
    if path.stat().st_size > MAX_BYTES:
        sys.exit(f"{file!r} for {name} has more than {MAX_BYTES} bytes.")
    return path.read_text("utf-8", "replace").rstrip("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
