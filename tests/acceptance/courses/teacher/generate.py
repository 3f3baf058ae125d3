import sys
from pathlib import Path

Path(sys.argv[-1], "number.txt").write_text("number")
