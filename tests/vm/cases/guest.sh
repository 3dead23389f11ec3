#!/bin/bash
# The guest itself, before anything of ours is in it: what the other cases take for granted.
. ./checks.sh

require_enforcing
check "files were labelled when the image was built" "system_u:object_r:shell_exec_t:s0" \
  ls -Z /usr/bin/bash
check "BTF is there for CO-RE" "vmlinux" ls /sys/kernel/btf
check "cgroup2 is the only hierarchy" "cgroup2" findmnt -n -o FSTYPE /sys/fs/cgroup
check_status "the programs find their libraries" 1 sh -c 'ldd bin/* | grep "not found"'
finish
