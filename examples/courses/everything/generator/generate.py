"""Writes one instance: some numbers, and their sum."""

import random
import sys
from pathlib import Path

directory = Path(sys.argv[1])
numbers = [random.randrange(100) for _ in range(10)]
(directory / "numbers.txt").write_text("".join(f"{number}\n" for number in numbers))
(directory / "sum.txt").write_text(f"{sum(numbers)}\n")
