#!/bin/sh
# A greeting is anything that holds a letter.

grep -q '[[:alpha:]]' greeting.txt
points 1 $?
