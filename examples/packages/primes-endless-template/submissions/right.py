def is_prime(number):
    divisor = 2
    while number % divisor:
        divisor += 1
    return divisor == number
