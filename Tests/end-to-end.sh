#!/bin/bash
# The end-to-end tests in two halves side by side: those that speak through brokers or ask people, and all others. Within
# a half one after the other: each starts processes of its own and looks at no others', and some kill them at measured
# moments.
#
# usage: Tests/end-to-end.sh BUILD    BUILD: the folder of a build with its tests, such as .build/debug
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bundle=$(find "$(realpath "$1")/" -maxdepth 1 -name '*PackageTests.xctest' | head -n 1)
[ -x "$bundle" ] || { echo "there is no test bundle in $1: run \`swift build --build-tests\` first" >&2; exit 2; }
cd "$here/.."

slow=$(sed -n 's/^struct \([A-Za-z]*Tests\).*/\1/p' Tests/EndToEnd/{Approvals,Egress,GitHub,Inspection,Credentials}/*.swift | paste -sd '|')
half() { "$bundle" --testing-library swift-testing --no-parallel "$@"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
half --filter "EndToEndTests\.($slow)/" >"$log" 2>&1 &
first=$!
failed=0
half --filter EndToEndTests --skip "EndToEndTests\.($slow)/" || failed=1
echo "=== the tests that speak through brokers or ask people"
wait "$first" || failed=1
cat "$log"
grep -h '✘' "$log" || true # once more, where it is seen
exit "$failed"
