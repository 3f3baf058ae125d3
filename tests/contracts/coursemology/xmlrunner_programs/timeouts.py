"""Tests that do not end, with every trick to keep the limit from being noticed."""

import os
import signal
import time
import unittest

import timeout_decorator
import xmlrunner


class PrivateTestsGrader(unittest.TestCase):
    def setUp(self):
        self.meta = {"expression": "", "expected": "", "hint": ""}

    @timeout_decorator.timeout(0.2)
    def test_private_01(self):
        self.meta["hint"] = "It loops."
        while True:
            pass

    @timeout_decorator.timeout(0.2)
    def test_private_02(self):
        try:
            while True:
                pass
        except Exception:
            return

    @timeout_decorator.timeout(0.2)
    def test_private_03(self):
        try:
            while True:
                time.sleep(9)
        except BaseException:
            return

    @timeout_decorator.timeout(0.2)
    def test_private_04(self):
        self.meta["hint"] = "It catches everything, for ever."
        while True:
            try:
                while True:
                    time.sleep(9)
            except BaseException:
                continue

    @timeout_decorator.timeout(0.2)
    def test_private_05(self):
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        time.sleep(0.3)

    @timeout_decorator.timeout(0.2, use_signals=False)
    def test_private_06(self):
        time.sleep(9)

    @timeout_decorator.timeout(5)
    def test_private_07(self):
        with self.assertRaises(ZeroDivisionError):
            self.late()
        self.assertGreater(signal.getitimer(signal.ITIMER_REAL)[0], 1, "the limit of the test itself holds again")

    @timeout_decorator.timeout(0.1, timeout_exception=ZeroDivisionError, exception_message="later than never")
    def late(self):
        time.sleep(9)

    @timeout_decorator.timeout(0.2)
    def test_private_08(self):
        os.setpgid(0, os.getpgid(os.getppid()))  # out of the group that is killed
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        time.sleep(60)


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
