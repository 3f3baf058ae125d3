import sys

count = int(sys.argv[1])
numbers = []
current, following = 0, 1
while len(numbers) < count:
    numbers.append(str(current))
    current, following = following, current + following
print(" ".join(numbers))
