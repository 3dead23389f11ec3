# Sourced by the cases that run the agent as its own unit says.
# shellcheck shell=bash

# Puts our programs and what systemd is to know of them where a package would.
install_pold() {
  local program
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' packaging/pold.service)
  install -D -m 755 bin/pold "$program"
  install -m 644 packaging/pold.service /etc/systemd/system/pold.service
  install -D -m 644 packaging/pol.sysusers /usr/lib/sysusers.d/pol.conf
  install -D -m 644 packaging/pol.tmpfiles /usr/lib/tmpfiles.d/pol.conf
  restorecon -F "$program" /etc/systemd/system/pold.service /usr/lib/*/pol.conf
  systemd-sysusers pol.conf
  systemd-tmpfiles --create pol.conf
  systemctl daemon-reload
}

pold_property() { systemctl show --value -p "$1" pold.service; }
