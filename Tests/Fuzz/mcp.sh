#!/bin/bash
# Fuzzes the MCP codec and whole connections: Tests/Fuzz/mcp.sh [SECONDS [SEED]], 60 and a random one by default. A
# finding is printed with its input; make it a case of Tests/MCPTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/mcp}
mkdir -p "$build"
ln -sfn "$root/Sources" "$build/Sources"
ln -sfn "$root/Tests" "$build/Tests"
# Only the targets that it needs, so that a run does not build the whole package.
cat >"$build/Package.swift" <<'SWIFT'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "agentbox",
    targets: [
        .target(name: "Diagnostics"),
        .target(name: "StrictJSON", dependencies: ["Diagnostics"]),
        .target(name: "CSandbox", cSettings: [.unsafeFlags(["-std=gnu17"])]),
        .target(name: "LinuxIO", dependencies: ["CSandbox", "Diagnostics"]),
        .target(name: "MCP", dependencies: ["Diagnostics", "StrictJSON", "LinuxIO", "CSandbox"]),
        .executableTarget(
            name: "MCPFuzzer", dependencies: ["MCP", "LinuxIO", "StrictJSON"], path: "Tests/Fuzz/MCPFuzzer"),
    ],
    swiftLanguageModes: [.v6]
)
SWIFT
swift build --package-path "$build" --configuration release --product MCPFuzzer
suites=${AGENTBOX_SUITES:-$root/../shared/suites}
"$build/.build/release/MCPFuzzer" "${1:-60}" "${2:-$((RANDOM * 32768 + RANDOM + 1))}" "$suites/mcp"
