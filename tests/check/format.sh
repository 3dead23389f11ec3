#!/usr/bin/env bash
# Fails and names the files whose layout is not clang-format's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bad=$(tests/check/sources.sh '*.h' '*.cc' '*.c' |
  xargs -r -d '\n' -P "$(nproc)" -n 1 sh -c \
    'clang-format --dry-run --Werror "$1" 2>/dev/null || echo "  $1"' sh | LC_ALL=C sort)
if [[ -n $bad ]]; then
  printf 'not formatted (./dev fmt does it):\n%s\n' "$bad"
  exit 1
fi
