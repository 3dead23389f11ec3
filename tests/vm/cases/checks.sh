# Sourced by the cases, inside the guest. Each check is one line "@@ pass NAME" or
# "@@ fail NAME: why" (a NAME holds no colon); finish ends the case.
# shellcheck shell=bash

PATH=$PWD/bin:$PATH
failures=0

pass() { echo "@@ pass $1"; }

fail() {
  failures=$((failures + 1))
  echo "@@ fail $1: $2"
}

# check NAME WANTED COMMAND…: the command's output holds WANTED. Through a pipe of ours, since a
# confined program may not write to the console.
check() {
  local name=$1 wanted=$2 output
  shift 2
  output=$("$@" 2>&1 | cat)
  case $output in
    *"$wanted"*) pass "$name" ;;
    *) fail "$name" "wanted '$wanted', got '$(tr '\n' ' ' <<<"$output" | tail -c 500)'" ;;
  esac
}

# check_status NAME WANTED COMMAND…: the command ends with status WANTED.
check_status() {
  local name=$1 wanted=$2 status=0 output
  shift 2
  output=$("$@" 2>&1) || status=$?
  if [ "$status" = "$wanted" ]; then
    pass "$name"
  else
    fail "$name" "wanted status $wanted, got $status '$(tr '\n' ' ' <<<"$output" | tail -c 500)'"
  fi
}

# Nothing below means anything otherwise.
require_enforcing() {
  check "SELinux is enforcing" "Enforcing" getenforce
  check "the kernel is 6.1" "6.1." uname -r
  check "the BPF LSM is on beside SELinux" "selinux,bpf" cat /sys/kernel/security/lsm
  check "systemd started us in initrc_t" "system_r:initrc_t:" id -Z
}

# wait_for SECONDS COMMAND…
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# The denials so far that match all the words, newest last.
denials() {
  local word text
  text=$(dmesg | grep -a 'avc:  *denied')
  for word in "$@"; do text=$(grep -aF -- "$word" <<<"$text"); done
  echo "$text"
}

# How often the machine has been started in this case.
boots() { cat /var/lib/pol-vm-boots 2>/dev/null || echo 1; }

# Ends this life of the machine; the case runs again in the next one, with the same disk. Nothing
# is shut down in order: what has to last must be on the disk by then.
reboot() {
  [ "$failures" = 0 ] || finish
  echo $(($(boots) + 1)) >/var/lib/pol-vm-boots
  sync
  echo "@@ reboot"
  exit 0
}

# Ends the case; after a failure with what the machine wrote, since it is gone then.
finish() {
  [ "$failures" = 0 ] && exit 0
  journalctl -q -o cat -n 60 -u db.service -u pold.service -u site.service
  dmesg | grep -a 'avc:  *denied' | tail -n 20
  exit 1
}
