#!/bin/sh
# The letter must name whom it is for.

testcase -t "The letter names its reader" -p 30 grep -qF "$(cat to.txt)" letter.txt
