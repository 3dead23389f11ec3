#!/usr/bin/env bash
# No file holds what words.txt forbids, nor the path of the place where this checkout stands.
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

if found=$(tests/check/sources.sh '*' | xargs -d '\n' grep -InF -- "$PWD/"); then
  printf 'where somebody works on it is nobody else'"'"'s business:\n%s\n' "$found"
  status=1
fi
exit "$status"
