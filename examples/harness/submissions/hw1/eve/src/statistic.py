import statistics


def mean(numbers):
    return statistics.mean(numbers) if numbers else None


def median(numbers):
    return statistics.median(numbers) if numbers else None
