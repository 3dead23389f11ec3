#!/usr/bin/env bash
# wrong_room.sh CASE: builds tests/check/wrong_room and passes when what comes out is what the
# case calls for, for the reason it calls for.
set -euo pipefail
case_name=$1
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

configure() {
  cmake -G Ninja -S "$source_dir/tests/check/wrong_room" -B "$build" \
    -DPOL_SOURCE_DIR="$source_dir" -DCASE="$case_name"
}

# must_fail PATTERN COMMAND…: fails, and says why in words that match.
must_fail() {
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "$case_name: this went through: $*"
    return 1
  fi
  grep -qE "$pattern" <<<"$output" || {
    echo "$case_name: failed for another reason:"
    echo "$output"
    return 1
  }
}

case $case_name in
  allowed)
    configure
    cmake --build "$build"
    cmake --build "$build" --target all_verify_interface_header_sets
    ;;
  include)
    configure
    must_fail 'a/a\.h: No such file' cmake --build "$build"
    ;;
  cycle)
    must_fail 'cyclic dependencies' configure
    ;;
  header)
    configure
    must_fail 'leaning\.h' cmake --build "$build" --target all_verify_interface_header_sets
    ;;
esac
