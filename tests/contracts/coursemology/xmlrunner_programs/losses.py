"""Tests in which the process ends, or is made useless; those after them still run."""

import os
import signal
import unittest

import xmlrunner

steps = []


class PublicTestsGrader(unittest.TestCase):
    def test_public_01(self):
        steps.append(1)

    def test_public_02(self):
        self.assertEqual(steps, [1], "tests share their process as ever")

    def test_public_03(self):
        os._exit(0)

    def test_public_04(self):
        os.kill(os.getpid(), signal.SIGSEGV)

    def test_public_05(self):
        os.closerange(3, 200)  # also the way by which results are told

    def test_public_06(self):
        if os.fork() == 0:
            return  # into the tests that follow, a second time

    def test_public_07(self):
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, b'{"end": 0, "outcome": {}}\nnonsense\n')
            except OSError:
                pass

    def test_public_08(self):
        child = os.fork()
        if child == 0:
            signal.pause()  # holds everything open that this process had
        os._exit(7)

    def test_public_09(self):
        self.assertEqual(steps, [], "a process that replaces a lost one starts as the first did")


if __name__ == "__main__":
    with open("report.xml", "wb") as report:
        unittest.main(testRunner=xmlrunner.XMLTestRunner(report, outsuffix=""))
