celsius = float(input())
print(round(celsius * 9 / 5 + 32, 1))
