#!/usr/bin/env bash
# No source file has more than 800 lines; those with more than 450 are named in long_files.txt,
# which names no other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

ceiling=800
long=450

sizes=$(tests/check/sources.sh '*.h' '*.cc' '*.c' '*.g4' '*.proto' '*.py' '*.sh' '*CMakeLists.txt' \
  '*.cmake' dev | xargs -d '\n' wc -l | sed '/ total$/d')

too_long=$(awk -v limit="$ceiling" '$1 > limit {print "  " $2 ": " $1 " lines"}' <<<"$sizes")
found=$(awk -v limit="$long" '$1 > limit {print $2}' <<<"$sizes" | LC_ALL=C sort)
listed=$(sed 's/#.*//; /^$/d' tests/check/long_files.txt | LC_ALL=C sort)

status=0
complain() {
  if [[ -n $2 ]]; then
    printf '%s:\n%s\n' "$1" "$2"
    status=1
  fi
}
complain "over $ceiling lines" "$too_long"
complain "over $long lines and not in long_files.txt" \
  "$(LC_ALL=C comm -23 <(echo "$found") <(echo "$listed") | sed '/^$/d')"
complain "in long_files.txt and no longer that long (take it out)" \
  "$(LC_ALL=C comm -13 <(echo "$found") <(echo "$listed") | sed '/^$/d')"
exit "$status"
