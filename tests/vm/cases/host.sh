#!/bin/bash
# All fences of one policy on a machine that enforces: labels, a boolean, a port, capabilities and
# connections come with one apply, are put back when somebody takes them away, outlast a reboot
# and go with a rollback.
. ./checks.sh
. ./pold.sh

readonly SITE=/usr/bin/site
readonly KEPT=/var/lib/pol-vm

require_enforcing

# The server as a package would bring it: dpkg replaces the file and labels it, and the new file
# has no capabilities.
build_package() {
  install -D -m 755 bin/site "package$SITE"
  dpkg-deb --build --root-owner-group package site.deb >/dev/null
}
install_package() { dpkg -i --force-not-root --force-bad-path site.deb >/dev/null; }

prepare() {
  mkdir -p /sys/fs/cgroup/client
  build_package
  [ "$(boots)" = 1 ] || return 0
  install_package
  mkdir -p /srv/site /srv/copy "$KEPT"
  echo page | tee /srv/site/page >/srv/copy/page
  restorecon -RF /srv/site /srv/copy "$SITE"
  install -m 644 site.service /etc/systemd/system/site.service
  install_pold
}

# The attributes of every file of the policy, and what SELinux was told locally.
state() {
  getfattr --absolute-names -h -d -m security -e hex "$SITE" /srv/{site,copy}{,/page}
  getsebool httpd_can_network_connect
  cat /etc/selinux/default/contexts/files/file_contexts.{local,subs} \
    /var/lib/selinux/default/active/{booleans,ports}.local 2>/dev/null | grep -vE '^(#|$)'
}

as_client() { sh -c 'echo $$ >/sys/fs/cgroup/client/cgroup.procs && exec "$@"' as_client "$@"; }

# get PATH: what the server answers.
get() {
  timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8444 &&
    printf "GET %s HTTP/1.0\r\n\r\n" "$0" >&3 && cat <&3' "$1"
}
get_as_client() { as_client timeout 20 bash -c "$(declare -f get); get \"\$0\"" "$1"; }

serve() {
  systemctl reset-failed site.service 2>/dev/null
  systemctl restart site.service
  wait_for 30 get_as_client /
}

check_in_force() {
  serve
  check "$1, the server runs in its domain on the port that was named" \
    "uid 33 domain system_u:system_r:httpd_t:s0" get_as_client /
  check "$1, its pages are readable" "read /srv/site/page: ok" get_as_client /read//srv/site/page
  check "$1, those of a folder made equal, too" "read /srv/copy/page: ok" \
    get_as_client /read//srv/copy/page
  check "$1, the boolean lets it connect as far as SELinux is asked" "Connection refused" \
    get_as_client /connect/5555
  check "$1, a port that was not named is denied" "Permission denied" get_as_client /bind/5556
  check "$1, the kernel says so" "src=5556" denials httpd_t '{ name_bind }'
  check "$1, a foreign file is denied" "Permission denied" get_as_client /read//etc/shadow
  check "$1, whom no policy names is refused" "Operation not permitted" get /
  check "$1, the capability is there" "cap_net_bind_service=ep" getcap "$SITE"
  check_status "$1, nothing is left to do" 0 polc plan policy
}

milliseconds() { echo $((${EPOCHREALTIME/./} / 1000)); }
is_labelled() { [[ $(stat -c %C "$SITE") = *:httpd_exec_t:* ]]; }
is_capable() { [ "$(getcap "$SITE")" = "$SITE cap_net_bind_service=ep" ]; }

# check_put_back NAME COMMAND…: the command comes to hold, without anybody's doing but the agent's.
check_put_back() {
  local name=$1 begin
  shift
  begin=$(milliseconds)
  if wait_for 60 "$@"; then
    pass "$name"
    echo "put back after $(($(milliseconds) - begin)) ms"
  else
    fail "$name" "$(getfattr -h -d -m security "$SITE" 2>&1 | tr '\n' ' ')"
  fi
}

# What drift.sh does not do: a write, and a package as dpkg installs it.
check_drift() {
  systemctl stop site.service
  echo >>"$SITE"
  check_put_back "capabilities that a write stripped are put back" is_capable
  install_package
  check_put_back "a package's new file gets its capabilities" is_capable
  check_put_back "and its label" is_labelled
  restorecon -RF "$SITE" /srv/site /srv/copy
  check "restorecon finds nothing to change" "httpd_exec_t" ls -Z "$SITE"
  check "the agent says what it put back, by line" "put back (host.pol:9)" \
    journalctl -q -u pold.service -o cat
}

first_life() {
  state >"$KEPT/before"
  serve
  check "before apply, init runs the server as anything else" \
    "uid 33 domain system_u:system_r:initrc_t:s0" get /
  check_status "a module lets the agent watch" 0 semodule -i packaging/selinux/pold.cil
  check_status "the agent starts" 0 systemctl enable --now pold.service
  check_status "plan sees what is to be done" 2 polc plan policy
  check_status "one apply brings all of it" 0 polc apply policy
  check "the boolean is on" "on" getsebool httpd_can_network_connect
  check_in_force "after apply"
  check_drift
  check_in_force "after the drift"
  reboot
}

second_life() {
  check_status "after the reboot, the agent starts" 0 systemctl start pold.service
  check "after the reboot, the boolean is on" "on" getsebool httpd_can_network_connect
  check_in_force "after the reboot"
  systemctl stop site.service
  check_status "rollback works" 0 polc rollback
  state >"$KEPT/after"
  if cmp -s "$KEPT/before" "$KEPT/after"; then
    pass "rollback restores everything byte for byte"
  else
    fail "rollback restores everything byte for byte" "$(diff "$KEPT/before" "$KEPT/after")"
  fi
  finish
}

prepare
if [ "$(boots)" = 1 ]; then first_life; else second_life; fi
