import sys
print("TotalPoints: lots\nMaxPoints: more\nTotalPoints:")
sys.exit()
