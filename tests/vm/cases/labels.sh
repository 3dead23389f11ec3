#!/bin/bash
# A static web server before `polc apply`, after it and after `polc rollback`, on a machine that
# enforces: the domain it runs in, the port it gets, what it may not do.
. ./checks.sh

readonly SITE=/usr/local/bin/site
readonly PLAIN=/srv/plain/data

require_enforcing

prepare() {
  install -m 755 bin/site "$SITE"
  mkdir -p /srv/site "${PLAIN%/*}"
  echo page >/srv/site/page
  echo data | tee "$PLAIN" >/dev/null
  chmod 644 /srv/site/page "$PLAIN"
  restorecon -RF "$SITE" /srv/site "${PLAIN%/*}"
  install -m 644 site.service /etc/systemd/system/site.service
  systemctl daemon-reload
}

# get PORT PATH: what the server answers.
get() {
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
  cat <&3
  exec 3>&-
}

serve_on() {
  systemctl stop site.service
  systemctl reset-failed site.service 2>/dev/null
  echo "PORT=$1" >/run/site.environment
  systemctl start site.service
}

has_failed() { [ "$(systemctl is-failed site.service)" = failed ]; }

# The label's and the capability's own bytes; "none" where there is none.
attributes() {
  local name
  for name in security.selinux security.capability; do
    getfattr --absolute-names --only-values -n "$name" "$1" 2>/dev/null | od -An -tx1 | tr -d ' \n'
    echo " $name"
  done
}

# As the machine is without a policy of ours, before and after.
check_unconfined() {
  serve_on 80
  wait_for 30 has_failed
  check "$1, port 80 is refused to www-data" "port 80: Permission denied" \
    journalctl -q -u site.service -n 5
  serve_on 8080
  wait_for 30 get 8080 /
  check "$1, init runs the server as anything else" "uid 33 domain system_u:system_r:initrc_t:s0" \
    get 8080 /
  check "$1, the server reads a file that is not its own" "read $PLAIN: ok" get 8080 "/read/$PLAIN"
  systemctl stop site.service
}

check_confined() {
  serve_on 80
  wait_for 30 get 80 /
  check "init runs the server in httpd_t, not root, on port 80" \
    "uid 33 domain system_u:system_r:httpd_t:s0" get 80 /
  check "its own pages are readable" "read /srv/site/page: ok" get 80 "/read//srv/site/page"

  check "a file that is not its own is denied" "Permission denied" get 80 "/read/$PLAIN"
  check "the kernel says so" "tcontext=system_u:object_r:var_t:s0" denials httpd_t '{ read }'
  check "listening on an unknown port is denied" "Permission denied" get 80 /bind/5555
  check "the kernel says so for the port" "src=5555" denials httpd_t '{ name_bind }'
  check "connecting anywhere is denied" "Permission denied" get 80 /connect/5555
  check "the kernel says so for the connection" "dest=5555" denials httpd_t '{ name_connect }'
  check "as root it still may not read the shadow file" "read /etc/shadow: Permission denied" \
    "$SITE" try read /etc/shadow
  systemctl stop site.service
}

prepare
before=$(attributes "$SITE")
check_unconfined "before apply"

check_status "plan sees what is to be done" 2 polc plan policy
check_status "apply works" 0 polc apply policy
check "apply labels the file" "httpd_exec_t:s0" ls -Z "$SITE"
check "apply writes the capability" "cap_net_bind_service=ep" getcap "$SITE"
check "apply labels the tree" "httpd_sys_content_t:s0" ls -Z /srv/site/page
check "restorecon would change nothing" "0 lines" \
  sh -c 'echo $(restorecon -nvR /usr/local/bin/site /srv/site | wc -l) lines'
check_status "plan sees nothing to do" 0 polc plan policy
check_status "a second apply works" 0 polc apply policy
check_confined

check_status "rollback works" 0 polc rollback
if [ "$(attributes "$SITE")" = "$before" ]; then
  pass "rollback restores the attributes byte for byte"
else
  fail "rollback restores the attributes byte for byte" "was $before, is $(attributes "$SITE")"
fi
check "rollback takes the tree's label back" "var_t:s0" ls -Z /srv/site/page
check_unconfined "after rollback"
finish
