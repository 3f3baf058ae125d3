#!/bin/sh
# PID 1 of a user-mode Linux whose root is the host's own file system, read-only: the smallest machine that has
# control groups v2 and nothing of v1. Runs $command in $directory and switches the machine off.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mount -t devtmpfs devtmpfs /dev 2>/dev/null
ip link set lo up 2>/dev/null
cd "$directory" || exit 1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp
sh "$script"
echo "finished with code $?"
sync
echo o > /proc/sysrq-trigger
sleep 10
