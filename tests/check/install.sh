#!/usr/bin/env bash
# install.sh BUILD_DIR: what an installation holds, and that its policies work from there.
set -euo pipefail
build=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
for component in units policies; do
  cmake --install "$build" --prefix "$root/usr" --component "$component" >/dev/null
done

status=0
for file in lib/systemd/system/pold.service lib/sysusers.d/pol.conf lib/tmpfiles.d/pol.conf; do
  if [[ ! -f $root/usr/$file ]]; then
    echo "$file is not installed"
    status=1
  fi
done
diff -r policies "$root/usr/share/pol/policies" || status=1
for folder in panels/ispconfig examples/ispconfig examples/ispconfig-database; do
  "$build/bin/polc" check "$root/usr/share/pol/policies/$folder" || status=1
done
exit "$status"
