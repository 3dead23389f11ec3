#!/usr/bin/env bash
# The house is as its documents say: docs/architecture.md names every room, continuous
# integration runs the door that people use, scripts are sound.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

status=0
complain() {
  echo "$*"
  status=1
}

rooms() {
  tests/check/sources.sh '*CMakeLists.txt' | grep -v '^tests/check/' |
    xargs -d '\n' sed -nE 's/^pol_room\(([a-z0-9_/]+).*/\1/p' | LC_ALL=C sort -u
}

[[ -n $(rooms) ]] || complain "no CMakeLists.txt declares a room"
while IFS= read -r room; do
  [[ -d $room ]] || complain "$room: a room without a folder"
  grep -qsF "$room" docs/architecture.md ||
    complain "docs/architecture.md does not name the room $room"
done < <(rooms)

# The third column of the code map says where to start reading.
files=$(tests/check/sources.sh '*')
while IFS= read -r start; do
  grep -qE "(^|/)${start//./\\.}\$" <<<"$files" ||
    complain "docs/architecture.md starts reading at $start, which is not there"
done < <(sed -nE 's/^\| `[^|]*\|[^|]*\| `([^`]+)` \|.*/\1/p' docs/architecture.md)

grep -qE '^(exec )?\./dev test$' .ci/run || complain ".ci/run does not call ./dev test"
[[ -x .ci/run ]] || complain ".ci/run cannot be executed"

{ echo dev && tests/check/sources.sh '*.sh'; } | xargs -d '\n' shellcheck -x || status=1
exit "$status"
