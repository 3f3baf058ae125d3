import sys

for line in sys.stdin:
    print(int(2 * float(line)))
