#!/bin/sh
# Judges hello.py: ten points if it runs, ninety if it says the right words.

title "Hello"
capture sh -c 'python3 hello.py > said.txt'
points 10 $?
printf 'Hello, world!\n' | cmp -s - said.txt
points 90 $?
