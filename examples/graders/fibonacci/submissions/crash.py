import sys

numbers = [0, 1]
for i in range(int(sys.argv[1])):
    print(numbers[i], end=" ")
print()
