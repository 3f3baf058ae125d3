def mean(numbers):
    total = 0
    while numbers:
        total += numbers[0]
    return total
