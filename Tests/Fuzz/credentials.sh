#!/bin/bash
# Fuzzes what agentbox-credentials and its host read: Tests/Fuzz/credentials.sh [SECONDS], 60 by default. An input that
# breaks a promise is left in the folder that the last line names; make it a case of Tests/CredentialSourcesTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/credentials}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address -I "$build")
module() { # module NAME FILE…
    local name=$1
    shift
    swiftc "${flags[@]}" -emit-module -module-name "$name" -c -o "$name.o" "$@"
}
module Diagnostics "$root"/Sources/Diagnostics/*.swift
# shellcheck disable=SC2046
module StrictJSON $(find "$root/Sources/StrictJSON" -name '*.swift')
# Of these modules what the wire needs.
module LinuxIO "$root/Sources/LinuxIO/Timestamp.swift"
module Manifests "$root/Sources/Manifests/Revocability.swift"
module Credentials "$root"/Sources/Credentials/{Values/Secret,CredentialError}.swift \
    "$root"/Sources/Credentials/{Source,Wire}/*.swift
swiftc "${flags[@]}" -module-name CredentialFuzzer "$root/Tests/Fuzz/CredentialFuzzer/CredentialFuzzer.swift" \
    "$root"/Sources/CredentialSources/AWS/PlainXML.swift "$root"/Sources/CredentialSources/Server/Scrubbing.swift \
    "$root"/Sources/CredentialSources/HTTP/Timestamp+RFC3339.swift \
    "$root"/Sources/CredentialSources/PostgreSQL/Socket/{StartupPacket,SessionSettings}.swift \
    Diagnostics.o StrictJSON.o LinuxIO.o Manifests.o Credentials.o -o credential-fuzzer
seed() { printf '%s' "$1" >"corpus/seed-$(printf '%s' "$1" | cksum | cut -d' ' -f1)"; }
handle='{"lease":"l","details":{"a":"b"},"scope":{}}'
for text in \
    '<?xml version="1.0"?><A xmlns="x"><B><C>a&amp;&#x41;</C><D/></B></A>' '2026-11-24T03:42:07Z' \
    '2026-11-24T03:42:07.123456Z' 'secret12 c2VjcmV0MTI= 7365637265743132 secret12' '{"cancel":1}' \
    '{"answer":1,"revoked":true}' '{"answer":1,"probed":"refused","because":"x"}' \
    '{"answer":1,"failed":"credential-refused","message":"x","remedy":"y"}' \
    '{"answer":1,"minted":{"fields":{"token":"c2VjcmV0LW9mLXRlc3Rz"},"handle":'"$handle"',"expires":"2026-11-24T03:42:07.120Z"}}' \
    '{"ask":1,"source":{"type":"vault","options":{},"secrets":{"auth":"c2VjcmV0LW9mLXRlc3Rz"}},"action":{"revoke":'"$handle"'},"milliseconds":5}' \
    '{"ask":1,"source":{"type":"vault","options":{},"secrets":{}},"action":{"mint":{"lease":"l","scope":{},"milliseconds":5,"call":{"run":"","call":"","task":"","tool":"","callDigest":"","agent":"","principal":"","approvers":[]}}},"milliseconds":5}'; do
    seed "$text"
done
printf '\x00\x03\x00\x00user\x00role\x00database\x00orders\x00search_path\x00a b\\c\x00options\x00-c a=b\x00\x00' \
    >corpus/seed-startup
printf '\x04\xd2\x16\x2eabcdefgh' >corpus/seed-cancel
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./credential-fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=10 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
