#!/bin/bash
# What chcon, setcap, restorecon and a package do to a policy's files comes back by
# itself, on a machine that enforces.
. ./checks.sh
. ./pold.sh

readonly SITE=/usr/local/bin/site
readonly PAGE=/srv/site/page

require_enforcing

labelled() { [[ $(stat -c %C "$1") == *":$2:"* ]]; }
capable() { [[ $(getcap "$SITE") == *cap_net_bind_service=ep* ]]; }
right() { labelled "$SITE" httpd_exec_t && labelled "$PAGE" httpd_sys_content_t && capable; }
refused() { polc status --drift | grep -q 'SELinux may refuse'; }
watched() { polc status --drift | grep -q 'by events'; }

# comes_back NAME WORDS: everything is right again, and the log holds the words.
comes_back() {
  check_status "$1, all is right again" 0 wait_for 60 right
  check_status "$1, the log says so" 0 wait_for 60 logged "$2"
}
logged() { journalctl -q -o cat -u pold.service --since "$since" | grep -qF -- "$1"; }
begin() { since=$(date '+%F %T'); }

install_pold
install -m 755 bin/site "$SITE"
mkdir -p "${PAGE%/*}"
echo page >"$PAGE"
restorecon -RF "$SITE" "${PAGE%/*}"
systemctl start pold.service
check_status "the policy is handed over" 0 polc apply policy
# The distribution's policy lets no service watch a file system.
check_status "status says why there are no events" 0 wait_for 60 refused
check_status "a module lets pold watch" 0 semodule -i packaging/selinux/pold.cil
systemctl restart pold.service
check_status "the files are watched by events" 0 wait_for 60 watched

begin
chcon -t bin_t "$SITE"
comes_back "after chcon" "drift: $SITE has the label"
begin
setcap -r "$SITE"
comes_back "after setcap" "drift: $SITE lost its capabilities"
begin
chcon -t var_t "$PAGE"
comes_back "after chcon in the tree" "drift: $PAGE has the label"
begin
echo new >/srv/site/new
check_status "a new file in the tree gets its label" 0 wait_for 60 labelled /srv/site/new httpd_sys_content_t
restorecon -RF "$SITE" /srv/site
check_status "restorecon changes nothing" 0 right

begin
cp bin/site "$SITE.dpkg-new"
chmod 755 "$SITE.dpkg-new"
mv "$SITE.dpkg-new" "$SITE"
comes_back "after a package's rename" "drift: $SITE lost its capabilities"

check "what was done is told" "put back" polc status --drift
check_status "nothing is left to do" 0 polc plan policy
finish
