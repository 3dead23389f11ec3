#!/usr/bin/env bash
# sources.sh PATTERN… prints the project's own files whose names match, one a line, sorted:
# tracked and new ones alike; a tree without git history is walked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

from_git() { git ls-files -co --exclude-standard -- "$@"; }

from_tree() {
  local pattern names=()
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -path ./build -o -path ./.git \) -prune -o -type f \( "${names[@]:1}" \) -print | sed 's,^\./,,'
}

# A tree unpacked inside somebody else's repository is not that repository's.
is_own_repository() {
  [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$PWD" ]]
}

if is_own_repository; then from_git "$@"; else from_tree "$@"; fi |
  while IFS= read -r file; do
    if [[ -f $file ]]; then echo "$file"; fi
  done | LC_ALL=C sort
