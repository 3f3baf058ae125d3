import unittest

import xmlrunner


class MedianPublic(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def test_public_odd(self):
        self.meta = {"expression": "median([3, 1, 2])", "expected": "2", "hint": "Put them in order first."}
        self.assertEqual(median([3, 1, 2]), 2)


class MedianPrivate(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def test_private_even(self):
        self.meta = {"expression": "median([4, 1, 2, 3])", "expected": "2.5", "hint": ""}
        self.assertEqual(median([4, 1, 2, 3]), 2.5)


class MedianEvaluation(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def test_evaluation_unchanged(self):
        numbers = [3, 1, 2]
        self.meta = {"expression": "numbers after median(numbers)", "expected": str(numbers), "hint": ""}
        median(numbers)
        self.meta["output"] = str(numbers)
        self.assertEqual(numbers, [3, 1, 2])


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
