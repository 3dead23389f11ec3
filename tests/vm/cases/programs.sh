#!/bin/bash
# Every network program passes the verifier of the oldest kernel that is supported and decides
# there as it should, below the commands that load them.
. ./checks.sh

require_enforcing
mkdir /sys/fs/cgroup/check /sys/fs/bpf/check
status=0
pol_bpf_check /sys/fs/cgroup/check /sys/fs/bpf/check >/run/programs 2>&1 || status=$?
cat /run/programs

# "PASS name" and "FAIL name: why"; a name may hold colons of an IPv6 address.
while read -r verdict rest; do
  case $verdict in
    PASS) pass "${rest//:/.}" ;;
    FAIL) fail "$(sed 's/: .*//; s/:/./g' <<<"$rest")" "${rest#*: }" ;;
  esac
done </run/programs
check_status "it came to its end" 0 [ "$status" = 0 ]
check "it tried the programs" "PASS remove" cat /run/programs
finish
