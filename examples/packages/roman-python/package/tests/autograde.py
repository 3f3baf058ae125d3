import sys
import unittest

import timeout_decorator
import xmlrunner


class Grader(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def check(self, number, expected, hint=""):
        self.meta.update(expression=f"roman({number})", expected=repr(expected), hint=hint)
        output = roman(number)
        self.meta["output"] = repr(output)
        self.assertEqual(output, expected)


class PublicTestsGrader(Grader):
    @timeout_decorator.timeout(1)
    def test_public_01(self):
        self.check(7, "VII", hint="A smaller letter after a larger one is added.")

    @timeout_decorator.timeout(1)
    def test_public_02(self):
        self.check(2026, "MMXXVI")

    @timeout_decorator.timeout(1)
    def test_public_03(self):
        self.check(1, "I")


class PrivateTestsGrader(Grader):
    @timeout_decorator.timeout(1)
    def test_private_01(self):
        self.check(4, "IV", hint="Four of a kind never stand in a row.")

    @timeout_decorator.timeout(1)
    def test_private_02(self):
        self.check(1994, "MCMXCIV")


class EvaluationTestsGrader(Grader):
    @timeout_decorator.timeout(1)
    def test_evaluation_01(self):
        self.check(3888, "MMMDCCCLXXXVIII")


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(argv=sys.argv, testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
