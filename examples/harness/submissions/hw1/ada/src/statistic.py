def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else None


def median(numbers):
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return mean(ordered[middle - 1 + len(ordered) % 2 : middle + 1])
