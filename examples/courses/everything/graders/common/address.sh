#!/bin/sh
# Judges the address alone: a real grader would clone it with git-clone-submission.

grep -q '^git@gitlab\.example\.org:' gitsource
points 10 $?
pre cat gitsource >> /feedback/out
