#!/bin/sh
# Judges data.json, where the answers of a form are.

python3 -c 'import ast, json; ast.parse(json.load(open("data.json"))["code"])'
points 10 $?
