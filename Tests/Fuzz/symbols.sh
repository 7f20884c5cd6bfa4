#!/bin/bash
# Fuzzes the reader of object files for a while: Tests/Fuzz/symbols.sh [SECONDS]. Needs a clang with libFuzzer.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
clang -std=gnu17 -Wall -Wextra -Werror -Wconversion -O1 -g -fsanitize=fuzzer,address,undefined \
    -ISources/CObserve/include -o "$folder/symbols-fuzzer" \
    Tests/Fuzz/SymbolsFuzzer/symbols_fuzzer.c Sources/CObserve/symbols.c
mkdir "$folder/corpus"
# Something that is whole to begin with.
echo 'extern char **environ; char *getenv(const char *n) { return n ? environ[0] : 0; }' >"$folder/seed.c"
clang -shared -nostdlib -fPIC -Wl,-z,max-page-size=4096 -o "$folder/corpus/seed.so" "$folder/seed.c"
"$folder/symbols-fuzzer" -max_total_time="${1:-60}" -max_len=20000 -print_final_stats=1 "$folder/corpus"
