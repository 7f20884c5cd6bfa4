# Sourced by the fuzzers that read YAML: compiles libyaml, CRE2 and our modules, instrumented, into the build folder.
# Sets `root` and `build`, goes there, and gives `fuzzer NAME MODULE…`. Needs Yams, as `swift package resolve` checks it
# out, and libre2 for Policy.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/$(basename "$0" .sh)}
suites=${AGENTBOX_SUITES:-$root/../shared/suites}
yaml=${YAMS_CHECKOUT:-$root/.build/checkouts/Yams}/Sources/CYaml
# What a fuzzer's modules need besides: to be compiled, and to be linked.
extra_flags=()
extra_objects=()
mkdir -p "$build/corpus"
cd "$build"

# fuzzer NAME MODULE…: links Tests/Fuzz/NAME with the modules, each after those that it imports.
fuzzer() {
    local name=$1 module file objects=("${extra_objects[@]}") instrument=(-O1 -g -fsanitize=fuzzer-no-link,address)
    shift
    local flags=(-O -swift-version 6 -parse-as-library -wmo -enable-testing -package-name agentbox
        -sanitize=fuzzer,address -I "$build" -I "$yaml/include" "${extra_flags[@]}")
    for file in api parser reader scanner; do
        clang "${instrument[@]}" -DYAML_DECLARE_STATIC -I "$yaml/include" -c "$yaml/src/$file.c" -o "$file.o"
        objects+=("$file.o")
    done
    for module in "$@"; do
        if [[ $module == CRE2 ]]; then
            clang++ "${instrument[@]}" -std=c++17 -fno-exceptions -I "$root/Sources/CRE2/include" \
                -c "$root/Sources/CRE2/cre2.cc" -o CRE2.o
            printf 'module CRE2 { header "%s/Sources/CRE2/include/cre2.h" export * }\n' "$root" >module.modulemap
            objects+=(CRE2.o -lre2 -lstdc++)
            continue
        fi
        find "$root/Sources/$module" -name '*.swift' -print0 |
            xargs -0 swiftc "${flags[@]}" -emit-module -module-name "$module" -c -o "$module.o"
        objects+=("$module.o")
    done
    swiftc "${flags[@]}" -module-name "$name" "$root/Tests/Fuzz/$name/$name.swift" "${objects[@]}" -o fuzzer
}

# fuzz SECONDS OPTION…: runs what was linked, with the words of words.dict, on the folder corpus. A timeout is of wall
# clock: on a busy machine an input that takes milliseconds can reach a short one.
fuzz() {
    local seconds=$1
    shift
    export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=${FUZZ_LEAKS:-0}
    ./fuzzer -max_total_time="$seconds" -dict=words.dict -print_final_stats=1 "$@" corpus
    echo "nothing found; corpus in $build/corpus"
}
