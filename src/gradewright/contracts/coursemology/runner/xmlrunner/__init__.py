"""Run unittest tests in a process of their own and write JUnit XML as they end (coursemology 3.3, 5).

Works where `unittest-xml-reporting` is called as Coursemology's packages call it. Needs the standard library only, on
Python 3.6 or later. What it does and what it cannot protect: docs/reference/xmlrunner.md.
"""

from xmlrunner.runner import XMLTestRunner

__all__ = ["XMLTestRunner"]
