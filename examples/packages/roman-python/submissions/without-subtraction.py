def roman(number):
    letters = ""
    for letter, value in reversed(VALUES.items()):
        letters += letter * (number // value)
        number %= value
    return letters
