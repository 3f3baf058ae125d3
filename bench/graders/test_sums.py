"""A grader as teachers write them: a dozen unit tests of a small function, judged by the standard library."""

import unittest


def add(left: int, right: int) -> int:
    return left + right


class Sums(unittest.TestCase):
    """One test for each number, made below."""


for number in range(12):
    setattr(Sums, f"test_{number}", lambda self, n=number: self.assertEqual(add(n, n), 2 * n))

if __name__ == "__main__":
    unittest.main(verbosity=0)
