#!/bin/bash
# The network programs on the oldest kernel that is supported, with systemd units and cgroups as
# they are on a real machine, and with the agent both there and away.
. ./checks.sh
. ./pold.sh

require_enforcing

prepare() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=localhost -keyout db.key -out db.crt 2>/dev/null
  mkdir /sys/fs/cgroup/finance-app /sys/fs/cgroup/web-shop
  install -m 644 db.service /etc/systemd/system/db.service
  install_pold
  systemctl start db.service
  wait_for 30 ask finance-app 9187 && wait_for 30 ask_tls finance-app 5432
}

# as GROUP COMMAND…: runs it as a process of that cgroup.
as() {
  local group=$1
  shift
  sh -c 'echo $$ >"/sys/fs/cgroup/$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

# ask GROUP PORT: a request in clear text, and what came back within ten seconds.
ask() {
  as "$1" timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" &&
    printf "GET / HTTP/1.0\r\n\r\n" >&3 && cat <&3' "$2"
}

ask_tls() {
  as "$1" timeout 10 openssl s_client -connect "127.0.0.1:$2" -CAfile db.crt \
    -verify_return_error -ign_eof -quiet <<<$'GET / HTTP/1.0\r\n\r'
}

check_decisions() {
  check "$1, an allowed client is answered" "200 OK" ask finance-app 9187
  check "$1, another identity is refused at once" "Operation not permitted" ask web-shop 9187
  check "$1, a port that no policy names is refused at once" "Operation not permitted" \
    ask finance-app 9188
  check "$1, TLS goes through where it is asked for" "200 ok" ask_tls finance-app 5432
}

prepare
check "before apply, anybody is answered" "200 OK" ask web-shop 9188

check_status "apply works without the agent" 0 polc apply policy
check_decisions "without the agent"

check_status "the agent starts" 0 systemctl start pold.service
check_decisions "with the agent"
# To a server that would answer. 0 would be an answer, 124 a client left hanging.
check_status "clear text is refused where TLS is asked for" 1 ask finance-app 5433
check "the agent says why, by rule and line" \
  "plaintext: policy db-careless requires TLS 1.2 (network.pol:15)" \
  journalctl -q -u pold.service -o cat

check_status "rollback works" 0 polc rollback
check "after rollback, anybody is answered" "200 OK" ask web-shop 9188
finish
