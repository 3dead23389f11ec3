#!/usr/bin/env bash
# run_case.sh CASE: boots the guest with cases/CASE.sh and our release binaries, and reports each
# "@@ pass|fail" line of the guest as a test. A case that ends with "@@ reboot" is booted again with
# what it left on its disk. Status 77: cannot run here, with the reason.
#
# From ctest: POL_SOURCE_DIR, POL_BUILD_DIR, POL_TEST_NAME and, when ./dev counts, POL_RESULTS_DIR.
set -euo pipefail
case_name=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=${POL_SOURCE_DIR:-$here/../..}
build_dir=${POL_BUILD_DIR:-$source_dir/build/release}
results=${POL_RESULTS_DIR:+$POL_RESULTS_DIR/${POL_TEST_NAME:-vm_$case_name}.results}

record() {
  if [[ -n $results ]]; then printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$results"; fi
}

skip() {
  echo "SKIPPED: $1"
  record skip "$case_name" "$1"
  exit 77
}

require_host() {
  local program
  ((EUID == 0)) || skip "needs root: the guest's image is built with chroot"
  for program in qemu-system-x86_64 mmdebstrap setfiles mke2fs cpio python3; do
    command -v "$program" >/dev/null || skip "$program is not installed (./dev setup)"
  done
}

# What the guest finds in the folder it runs the case in.
pack_case() {
  local tree=$work/case program
  mkdir -p "$tree/bin"
  cp "$here/cases/$case_name.sh" "$tree/run"
  cp "$here"/cases/{checks,pold}.sh "$tree/"
  if [[ -d $here/cases/$case_name ]]; then cp -r "$here/cases/$case_name/." "$tree/"; fi
  if [[ -d $source_dir/packaging ]]; then cp -r "$source_dir/packaging" "$tree/"; fi
  for program in bin/polc bin/pold test-bin/pol_bpf_check test-bin/site; do
    if [[ -x $build_dir/$program ]]; then cp "$build_dir/$program" "$tree/bin/"; fi
  done
  tar -cf "$work/case.tar" -C "$tree" --owner=0 --group=0 .
}

# Passes on what the guest reported; true when it reported anything.
report() {
  local line verdict name reason found=1
  while IFS= read -r line; do
    [[ $line =~ ^@@\ (pass|fail)\ ([^:]*)(:\ (.*))?$ ]] || continue
    verdict=${BASH_REMATCH[1]} name=${BASH_REMATCH[2]} reason=${BASH_REMATCH[4]}
    record "$verdict" "$name" "$reason"
    found=0
  done < <(tr -d '\r' <"$work/console.log")
  return "$found"
}

wants_reboot() { grep -aq '^@@ reboot' "$work/console.log"; }

# One life of the guest. True when it ended well and reported something.
boot() {
  local status=0
  "$here/boot.sh" "$image" "$work/case.tar" "$work/console.log" "$@" || status=$?
  cat "$work/console.log"
  report || {
    echo "the guest reported no check" >&2
    status=1
  }
  return "$status"
}

main() {
  local disk=()
  require_host
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  image=$("$here/image/build.sh")
  pack_case
  if grep -q '^ *reboot$' "$here/cases/$case_name.sh"; then
    disk=("$work/root.ext4")
    cp --sparse=always "$image/root.ext4" "${disk[0]}"
  fi
  boot "${disk[@]}" || return
  if wants_reboot; then boot "${disk[@]}"; fi
}

main
