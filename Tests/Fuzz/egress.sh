#!/bin/bash
# Fuzzes what the egress broker and its host read: Tests/Fuzz/egress.sh [SECONDS], 60 by default. An input that breaks a
# promise is left in the folder that the last line names; make it a case of Tests/EgressTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/egress}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address -I "$build")
for module in Diagnostics StrictJSON Hosts; do
    find "$root/Sources/$module" -name '*.swift' -print0 |
        xargs -0 swiftc "${flags[@]}" -emit-module -module-name "$module" -c -o "$module.o"
done
swiftc "${flags[@]}" -module-name EgressFuzzer "$root/Tests/Fuzz/EgressFuzzer/EgressFuzzer.swift" \
    "$root/Sources/Egress/Relay/ClientHello.swift" "$root"/Sources/Egress/Wire/*.swift \
    "$root"/Sources/Egress/Proxy/{ProxyRequest,SOCKSRequest,HTTPProxyRequest,HTTPAnswerHead}.swift \
    Diagnostics.o StrictJSON.o Hosts.o -o egress-fuzzer
seed() { printf '%s' "$1" >"corpus/seed-$(printf '%s' "$1" | cksum | cut -d' ' -f1)"; }
for text in 'https://api.example.com:8443/a?b#c' '[2001:db8::1]:80' 'xn--bcher-kva.example:443' '{"opened":1}' \
    '{"closed":1,"destinations":[{"addresses":["1.2.3.4"],"connections":1,"failures":0,"up":1,"down":2,"refusals":[{"reason":"address","detail":"x","count":1}]}]}' \
    '{"open":1,"destinations":[{"to":"a:1","opened":["10.0.0.0/8"],"connections":1,"bytes":1,"milliseconds":1}]}'; do
    seed "$text"
done
printf 'POST http://a.example:81/b?c HTTP/1.1\r\nHost: x\r\nConnection: y\r\nContent-Length: 3\r\n\r\nabc' >corpus/seed-forward
printf 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: x, keep-alive\r\nX: y\r\n z\r\n\r\nabc' >corpus/seed-answer
printf 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n' >corpus/seed-connect
printf '\x05\x01\x00\x03\x09a.example\x01\xbb' >corpus/seed-socks
printf '\x05\x02\x00\x02' >corpus/seed-greeting
# A hello for `a.example`: record, handshake, version, random, session, ciphers, methods, extensions.
{
    printf '\x16\x03\x01\x00\x43\x01\x00\x00\x3f\x03\x03'
    head -c 32 /dev/zero
    printf '\x00\x00\x02\x13\x01\x01\x00\x00\x14\x00\x00\x00\x0e\x00\x0c\x00\x00\x09a.example\x00\x17\x00\x00'
    printf '\x00\x00'
} >corpus/seed-hello
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./egress-fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=10 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
