#!/bin/bash
# A Go program beside ISPConfig, from `polc init --panel` on, on a machine that enforces; and what
# the doctor says on the way.
. ./checks.sh
. ./pold.sh

readonly API=/usr/local/bin/ispconfig-go-api
readonly STORE=/var/lib/selinux/default

require_enforcing

domain() {
  tr -d "\\0" <"/proc/$(systemctl show --value -p MainPID ispconfig-go-api.service)/attr/current"
}

listens() { ss -Hltn 'sport = :488' | grep -q 488; }

connects() { timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/488'; }

install_pold
check_status "the agent starts" 0 systemctl start pold.service
check_status "a policy is begun" 0 polc init --panel ispconfig site
check_status "its tests pass" 0 polc test site

check_status "without the program the doctor finds a problem" 1 polc doctor site
check "and says which" "problem  $API: it is not there (ispconfig/ispconfig.pol:" polc doctor site
check "and that nobody bears the identity" "warning  user ispapi: no such user" polc doctor site

echo 'u ispapi - "ISPConfig API"' >/usr/lib/sysusers.d/ispapi.conf
systemd-sysusers ispapi.conf
install -m 755 bin/site "$API"
mkdir -p /var/lib/ispconfig-go-api /var/log/ispconfig-go-api
install -m 644 ispconfig-go-api.service /etc/systemd/system/
restorecon -RF "$API" /var/lib/ispconfig-go-api /var/log/ispconfig-go-api /etc/systemd/system
systemctl daemon-reload

check_status "then it finds none" 0 polc doctor site
polc doctor site >doctor.txt 2>&1
for line in "selinux: can be held" "capabilities: can be held" "network: can be held" \
  "kernel: SELinux is enforcing" "policy: \`default\`, version 33; the kernel reads up to 33" \
  "programs: the verifier takes all of them" "watch: changes" "user ispapi: known" \
  "unit ispconfig-go-api.service: /etc/systemd/system/ispconfig-go-api.service, not running" \
  "requirements: pold knows all" "pold: version 0."; do
  check "the doctor says ${line%%:*} is fine" "ok       $line" cat doctor.txt
done

check_status "plan sees what is to be done" 2 polc plan site
check_status "apply works" 0 polc apply site
check "the program is labelled" "httpd_exec_t:s0" ls -Z "$API"
check "the program has its capability" "cap_net_bind_service=ep" getcap "$API"
check "its data is labelled" "httpd_var_lib_t:s0" ls -dZ /var/lib/ispconfig-go-api
check "its log is labelled" "httpd_log_t:s0" ls -dZ /var/log/ispconfig-go-api
check "restorecon would change nothing" "0 lines" sh -c \
  "echo \$(restorecon -nvR $API /var/lib/ispconfig-go-api /var/log/ispconfig-go-api | wc -l) lines"

systemctl start ispconfig-go-api.service
check_status "it listens on a low port" 0 wait_for 30 listens
check "and not as root" "ispapi" systemctl show -p User ispconfig-go-api.service
check "and in httpd_t" "system_r:httpd_t:s0" domain
check_status "nobody but the web server connects" 1 connects
check "the doctor sees it run, by the policy in force" \
  "unit ispconfig-go-api.service: runs in /sys/fs/cgroup/system.slice/" polc doctor

mv "$STORE/active" "$STORE/aside"
check "a store that was cut off is a problem" "active is not there" polc doctor site
check_status "and the exit code says so" 1 polc doctor site
mv "$STORE/aside" "$STORE/active"
check_status "mended, it is none" 0 polc doctor site

systemctl stop ispconfig-go-api.service
check_status "rollback works" 0 polc rollback
check "rollback takes the label back" "bin_t:s0" ls -Z "$API"
finish
