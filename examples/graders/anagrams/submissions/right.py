ANAGRAMS = {"listen": "silent", "stale": "steal"}

print(ANAGRAMS.get(input(), "none"))
