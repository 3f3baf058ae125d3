import sys


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(" ".join(str(fibonacci(i)) for i in range(int(sys.argv[1]))))
