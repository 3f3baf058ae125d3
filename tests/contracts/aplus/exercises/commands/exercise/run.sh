#!/bin/bash
# What the commands do at the edges.
exec 2>> /feedback/errors
echo 'Dear $NAME, ${WHAT} costs $5 and $OTHER.' > /tmp/template
echo Ada > /tmp/name; echo '$NAME & <co>' > /tmp/what
replace NAME=/tmp/name WHAT=/tmp/what /tmp/template >> /feedback/out
replace -o /tmp/filled NAME=/tmp/name < /tmp/template && cat /tmp/filled >> /feedback/out
replace NAME=/tmp/missing /tmp/template || echo "replace: $?" >> /feedback/out
printf 'caf\351\n' > latin; printf '\357\273\277caf\303\251\n' > marked; printf '\0\1\2' > binary
force-charset utf-8
cat latin marked >> /feedback/out
wc -c < binary >> /feedback/out
title -O -e h2 printed >> /feedback/out
pre -c note sh -c 'echo "a & b"; exit 7' >> /feedback/out; echo "pre: $?" >> /feedback/out
pre true >> /feedback/out
capture -o /tmp/elsewhere -e /tmp/elsewhere sh -c 'echo out; echo err >&2; exit 5'; echo "capture: $?" >> /feedback/out
cat /tmp/elsewhere >> /feedback/out
points 3 || true; points many || echo "points: $?" >> /feedback/out
points 4 2
asuser id -un >> /feedback/out
touch mine; capture touch theirs; stat -c %u mine theirs >> /feedback/out
stdio-diff -c -P <(echo in) <(echo OUT) echo out >> /feedback/out; echo "stdio-diff: $?" >> /feedback/out
stdio-diff -s -P <(echo in) <(echo 'a  b') echo a b > /dev/null; echo "stdio-diff: $?" >> /feedback/out
stdio-diff <(echo in) <(echo 'A  b') echo a b >> /feedback/out
git-clone-submission /tmp/key || echo "git-clone-submission: $?" >> /feedback/out
echo one,two > /feedback/submission_tags
echo '<p>at the end</p>' > /feedback/appendix
set-error "for staff"
case $(cat wish) in
    argument) grade 2/9 ;;
    no-maximum) echo 5 > /feedback/points ;;
    less-than-points) echo 5/3 > /feedback/points ;;
    words) echo many/more > /feedback/points ;;
esac
exit 6
