import sys
import unittest

import xmlrunner


class Grader(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def check(self, number, expected, hint=""):
        self.meta.update(expression=f"is_prime({number})", expected=repr(expected), hint=hint)
        output = is_prime(number)
        self.meta["output"] = repr(output)
        self.assertEqual(output, expected)


class PublicTestsGrader(Grader):
    def test_public_01(self):
        self.check(2, True)

    def test_public_02(self):
        self.check(91, False, hint="91 is 7 times 13.")


class PrivateTestsGrader(Grader):
    def test_private_01(self):
        self.check(97, True)


class EvaluationTestsGrader(Grader):
    def test_evaluation_01(self):
        self.check(10**6 + 3, True)


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(argv=sys.argv, testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
