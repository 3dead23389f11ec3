# Sourced by the cases that run the agent as its own unit says.
# shellcheck shell=bash

# Puts our programs where the unit expects them.
install_pold() {
  local program
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' pold.service)
  install -D -m 755 bin/pold "$program"
  install -m 644 pold.service /etc/systemd/system/pold.service
  restorecon -F "$program" /etc/systemd/system/pold.service
  systemctl daemon-reload
}

pold_property() { systemctl show --value -p "$1" pold.service; }
