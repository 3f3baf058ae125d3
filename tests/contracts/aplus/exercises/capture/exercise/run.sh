#!/bin/bash
exec 2>> /feedback/errors
title -c "text-primary" -c big "Test results"
title -e h4 "Hello"
capture pre python3 hello.py
points 10 $?
title -e h4 "Who it was"
capture sh -c 'id -u; env | grep -c "^SID=\|^REC="'
sudo-capture id -u
capture cat /feedback/points
points 2 1
points 3
grade
