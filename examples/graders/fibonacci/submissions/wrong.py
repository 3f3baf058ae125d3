import sys

# Starts with 1, and puts commas between.
numbers = [1, 1]
while len(numbers) < int(sys.argv[1]):
    numbers.append(numbers[-1] + numbers[-2])
print(", ".join(map(str, numbers)))
