import sys

sys.path.insert(0, ".")
print("<p>Tests</p>")
import solution

right = sum(solution.double(n) == 2 * n for n in range(5))
print("all tests ran", file=sys.stderr)
print("SubmissionTags: fast, short")
print("TotalPoints: 1")
print(f"TotalPoints: {right}")
print("MaxPoints: 5")
