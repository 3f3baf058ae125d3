import sys

total = 0
for line in sys.stdin:
    total += abs(int(line))  # forgets that numbers may be negative
print(total)
