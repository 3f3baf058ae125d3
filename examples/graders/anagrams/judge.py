"""Judge one answer: python3 judge.py INPUT OUTPUT EXPECTED, with three file names."""

import json
import sys
from pathlib import Path

word, answer, expected = (Path(name).read_text(errors="replace").strip() for name in sys.argv[1:])
known = Path("words.txt").read_text().split()


def judge():
    if expected == "none":
        return (1, "") if answer == "none" else (0, f"{word} has no anagram, so the answer should be: none")
    if sorted(answer) != sorted(word):
        return 0, f"{answer[:40]!r} is not made of the letters of {word}."
    if answer == word:
        return 0, "That is the word itself."
    if answer not in known:
        return 0.5, f"{answer} has the right letters, but it is no word that we know."
    return 1, ""


fraction, message = judge()
print(json.dumps({"fraction": fraction, "message": message}))
