"""A loop without any limit of its own."""

import unittest

import xmlrunner


class EvaluationTestsGrader(unittest.TestCase):
    def test_evaluation_01(self):
        pass

    def test_evaluation_02(self):
        while True:
            pass

    def test_evaluation_03(self):
        pass


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
