#!/bin/bash
# The agent under systemd: it says when it is ready, comes back when it is killed, and takes
# orders from root and its group alone.
. ./checks.sh
. ./pold.sh

readonly SOCKET=/run/pol/pold.sock

require_enforcing

group_id() { getent group "$1" | cut -d : -f 3; }

as_nobody() { setpriv --reuid=65534 --regid=65534 "$@"; }

is_back() {
  [ "$(pold_property ActiveState)" = active ] && [ "$(pold_property MainPID)" != "$1" ]
}

install_pold
check "the unit waits for the agent's word" "notify" pold_property Type
check_status "systemd hears that it is ready" 0 systemctl start pold.service
check "it is active" "active" pold_property ActiveState
check "the socket is root's and its group's alone" "srw-rw---- root pol" \
  stat -c '%A %U %G' "$SOCKET"
check_status "root is answered" 0 polc status
check_status "a member of the group is answered" 0 as_nobody --groups="$(group_id pol)" polc status
check_status "somebody else is not" 1 as_nobody --clear-groups polc status

check_status "a policy is handed over" 0 polc apply policy
generation=$(polc status | grep -i generation)
check "a generation is in force" "eneration" echo "$generation"
killed=$(pold_property MainPID)
systemctl kill -s KILL pold.service
check_status "systemd starts it again when it was killed" 0 wait_for 60 is_back "$killed"
check "nothing is lost" "$generation" polc status
check_status "and nothing is left to do" 0 polc plan policy

check_status "it stops when told to" 0 systemctl stop pold.service
check "and is gone" "inactive" pold_property ActiveState
finish
