celsius = int(input())
print(celsius * 9 // 5 + 32)
