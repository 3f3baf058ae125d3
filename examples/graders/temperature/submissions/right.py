celsius = float(input())
print(celsius * 9 / 5 + 32)
