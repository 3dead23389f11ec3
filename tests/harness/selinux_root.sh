#!/usr/bin/env bash
# selinux_root.sh FOLDER makes FOLDER the root of a host with Debian's SELinux policy and an
# empty set of local changes: what libsemanage needs, and no more. Needs the archive (apt-get
# download) once; a folder that is there already is left as it is.
set -euo pipefail

root=$1
package=selinux-policy-default

[[ -e $root ]] && exit
work=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir "$work/download"
(cd "$work/download" && apt-get -q download "$package") >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
dpkg-deb -x "$work"/download/*.deb "$work/root"
mkdir -p "$work/root/var/lib/selinux"
cat >"$work/root/etc/selinux/config" <<'CONFIG'
SELINUX=permissive
SELINUXTYPE=default
CONFIG
cp /etc/selinux/semanage.conf "$work/root/etc/selinux/"
modules=("$work"/root/usr/share/selinux/default/*.pp*)
semodule -p "$work/root" -s default -n -i "${modules[@]}" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
rm -rf "$work/root/usr"
# Several tests may build it at once; the first one wins.
mv -T "$work/root" "$root" 2>/dev/null || [[ -e $root ]]
