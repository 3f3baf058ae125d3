#!/bin/sh
# What a grader of grading-base does: looks around, lets the student's work run as nobody, gives points.
cd /submission/user
{
  find . -type f | sort
  cat data.json lti.json 2>/dev/null
  cat /personalized_exercise/number.txt /library/word.txt 2>/dev/null
} > /tmp/seen
pre cat /tmp/seen >> /feedback/out
capture sh -c 'echo "SID is ${SID:-hidden}"'
echo "good,late" > /feedback/submission_tags
echo 4/5 > /feedback/points
