import sys

number = int(sys.argv[1])
found = []
for divisor in range(2, 100):
    while number % divisor == 0:
        found.append(divisor)
        number //= divisor
print(*found)  # forgets a large prime that is left over
