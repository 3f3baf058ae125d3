#!/bin/bash
# Runs an attack as a student's program and gives nothing for it.
exec 2>> /feedback/errors
echo "hidden solution" > /feedback/notes
capture timeout 30 python3 attack.py
capture timeout 5 python3 -c 'print("still here")'
points 10 1
grade
