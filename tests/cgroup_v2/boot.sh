#!/bin/sh
# PID 1 of a user-mode Linux whose root is the host's own file system, read-only: the smallest machine that has
# control groups v2 and nothing of v1. Runs inside.py as root and as an ordinary user to whom a group is delegated.
# The kernel's command line sets $directory (the checkout) and $python.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONDONTWRITEBYTECODE=1
export HOME=/run/scratch TMPDIR=/run/scratch
mkdir -m 1777 /run/scratch

mkdir /run/checkout # where the ordinary user can reach it, even if the checkout lies in a closed home
mount --bind "$directory" /run/checkout
cd /run/checkout
python=${python#"$directory"/}
export PYTHONPATH=/run/checkout/src

"$python" tests/cgroup_v2/inside.py root namespaces bubblewrap crun

user=/sys/fs/cgroup/user
echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
mkdir $user
chown -R 1234 $user
sh -c "echo \$\$ > $user/cgroup.procs; exec setpriv --reuid 1234 --regid 1234 --clear-groups \
    $python tests/cgroup_v2/inside.py user bubblewrap"

echo finished
echo o > /proc/sysrq-trigger
sleep 10
