#!/bin/sh
sudo-capture cat /exercise/hidden.txt /personalized_exercise/number /library/deep/words /files/tool.txt lti.json deep/er.txt
sudo-capture pwd
for place in /exercise /personalized_exercise /library; do
    touch $place/new 2> /dev/null && echo "$place can be written to" >> /feedback/out
done
touch /submission/user/new /submission/new || echo "the submission cannot be written to" >> /feedback/out
points 1 $?
