#!/usr/bin/env bash
# shell.sh [COMMAND…]: runs one shell command in the guest, beside our binaries, and prints what
# it wrote. Without a command it says where it is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build_dir=${POL_BUILD_DIR:-$here/../../build/release}

((EUID == 0)) || exec sudo -- "$0" "$@"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/case/bin"
find "$build_dir/bin" -maxdepth 1 -type f -executable -exec cp -t "$work/case/bin" {} + 2>/dev/null ||
  true
printf 'PATH=$PWD/bin:$PATH\n%s\n' "${*:-uname -a; getenforce; id -Z; ls bin}" >"$work/case/run"
tar -cf "$work/case.tar" -C "$work/case" --owner=0 --group=0 .

image=$("$here/image/build.sh")
status=0
"$here/boot.sh" "$image" "$work/case.tar" "$work/console.log" || status=$?
cat "$work/console.log"
exit "$status"
