#!/bin/bash
# Fuzzes the check of plans for a while: Tests/Fuzz/plan.sh [SECONDS]. Needs a clang with libFuzzer.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
clang -std=gnu17 -Wall -Wextra -Werror -Wconversion -O1 -g -fsanitize=fuzzer,address,undefined \
    -ISources/CSandbox/include -o "$folder/plan-fuzzer" \
    Tests/Fuzz/PlanFuzzer/plan_fuzzer.c Sources/CSandbox/plan_check.c
mkdir "$folder/corpus"
"$folder/plan-fuzzer" -max_total_time="${1:-60}" -max_len=4096 -print_final_stats=1 "$folder/corpus"
