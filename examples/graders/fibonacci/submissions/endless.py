import sys

count = int(sys.argv[1])
printed = 0
while printed <= count:
    pass  # forgot to count
