def median(numbers):
    """The middle one of an odd count of numbers, else the mean of the two in the middle."""
