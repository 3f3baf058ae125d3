"""What goes wrong around tests, and a class without any."""

import os
import unittest

import xmlrunner


class A1SetUpFails(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise ValueError("no data")

    def test_public_01(self):
        pass

    def test_public_02(self):
        pass


class A2SetUpEnds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os._exit(7)

    def test_public_03(self):
        pass


class A3SetUpSkips(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("no network")

    def test_public_04(self):
        pass


class A4TearDownEnds(unittest.TestCase):
    @classmethod
    def tearDownClass(cls):
        os._exit(7)

    def test_public_05(self):
        pass


class A5NoTests(unittest.TestCase):
    pass


class A6TearDownFails(unittest.TestCase):
    def tearDown(self):
        raise OSError("cannot clean up")

    def test_public_06(self):
        pass


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
