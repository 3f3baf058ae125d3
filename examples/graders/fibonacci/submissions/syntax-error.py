import sys

count = int(sys.argv[1]
numbers = [0, 1]
print(numbers[:count])
