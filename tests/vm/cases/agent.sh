#!/bin/bash
# The agent under systemd: it says when it is ready, comes back when it is killed, and takes
# orders from root and its group alone.
. ./checks.sh
. ./pold.sh

readonly SOCKET=/run/pol/pold.sock

require_enforcing

is_back() {
  [ "$(pold_property ActiveState)" = active ] && [ "$(pold_property MainPID)" != "$1" ]
}

install_pold
check "the unit waits for the agent's word" "notify" pold_property Type
check_status "systemd hears that it is ready" 0 systemctl start pold.service
check "it is active" "active" pold_property ActiveState
check "the socket belongs to root" "root" stat -c %U "$SOCKET"
check "the socket is closed to others" "srw-rw----" stat -c %A "$SOCKET"
check_status "root is answered" 0 polc status
check_status "somebody else is not" 1 setpriv --reuid=65534 --regid=65534 --clear-groups polc status

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
