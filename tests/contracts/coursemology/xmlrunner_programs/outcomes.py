"""Each way in which a test can end by itself."""

import sys
import unittest

import xmlrunner


class PublicTestsGrader(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    def test_public_01(self):
        self.meta["expression"] = 'sums("a",\n\t"<b>")'
        self.meta["expected"] = 3
        self.meta["output"] = "x\x00y ]]> é"
        self.assertEqual(3, 3)

    def test_public_02(self):
        self.meta["hint"] = "Count again."
        self.assertEqual(1, 2, "not ]]> equal")

    def test_public_03(self):
        raise ValueError("\ud800 and \x1b")

    def test_public_04(self):
        sys.exit(3)

    def test_public_05(self):
        raise KeyboardInterrupt

    @unittest.skip("not this year")
    def test_public_06(self):
        pass

    @unittest.expectedFailure
    def test_public_07(self):
        self.fail()

    @unittest.expectedFailure
    def test_public_08(self):
        pass

    def test_public_09(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(number, 1)

    def test_public_10(self):
        self.meta = ["not", "a", "dict"]

    def test_public_11(self):
        class Odd:
            def __str__(self):
                raise RuntimeError

        self.meta["output"] = Odd()

    def test_public_12(self):
        del self.meta


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        runner = xmlrunner.XMLTestRunner(report, outsuffix="")
        unittest.main(testRunner=runner, failfast=False, buffer=False, catchbreak=False)
