def is_prime(number):
    divisor = 2
    while number % divisor:
        pass  # what is missing here?
    return divisor == number
