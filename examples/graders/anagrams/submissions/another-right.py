ANAGRAMS = {"listen": "tinsel", "stale": "least"}

print(ANAGRAMS.get(input(), "none"))
