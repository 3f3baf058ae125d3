#!/bin/sh
exec 2>> /feedback/errors
testcase -t "There is a program" -p 2 test -f double.py
ok=$?
testcase -t "Small" -p 5 -s $ok stdio-diff -S /exercise/small.in /exercise/small.out python3 double.py
testcase -p 5 -s $ok stdio-diff -f "not so" -p "just so" /exercise/large.in /exercise/large.out python3 double.py
