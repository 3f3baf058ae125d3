#!/bin/sh
# As on an image with grading-base: testcase, stdio-diff and grade are on the PATH.
exec 2>> /feedback/errors  # for staff

testcase -t "There is a double.py" -p 1 test -f double.py
missing=$?
testcase -t "Small numbers" -p 2 -s $missing \
    stdio-diff /exercise/small.in /exercise/small.out timeout 5 python3 double.py
testcase -t "Large numbers" -p 2 -s $missing \
    stdio-diff -f "Not what was expected." /exercise/large.in /exercise/large.out timeout 5 python3 double.py
grade
