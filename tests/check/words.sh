#!/usr/bin/env bash
# No file holds what words.txt forbids.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

status=0
while IFS=$'\t' read -r pattern reason; do
  found=$(tests/check/sources.sh '*' | grep -vxF tests/check/words.txt |
    xargs -d '\n' grep -InE -- "$pattern" || true)
  if [[ -n $found ]]; then
    printf '%s:\n%s\n' "$reason" "$found"
    status=1
  fi
done < <(grep -v '^# ' tests/check/words.txt)
exit "$status"
