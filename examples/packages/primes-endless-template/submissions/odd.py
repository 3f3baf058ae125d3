def is_prime(number):
    return number % 2 == 1 or number == 2
