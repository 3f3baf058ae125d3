import sys

number = int(sys.argv[1])
print(*[divisor for divisor in range(1, number + 1) if number % divisor == 0])
