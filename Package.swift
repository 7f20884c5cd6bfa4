// swift-tools-version: 6.2
import PackageDescription

// The command line must start in milliseconds and run inside a box that has no Swift installation: its standard
// library and Foundation (which Yams needs) are linked in. The list is the link order of the static archives.
let staticLibraries: [LinkerSetting] = [
    .unsafeFlags([
        "-static-stdlib", "-lFoundation", "-lCoreFoundation", "-lFoundationInternationalization",
        "-lFoundationEssentials", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
        "-lswiftSynchronization",
    ])
]

// Bundled tools run in boxes that may hold no library at all, and start as fast as a program can.
let staticExecutable: [LinkerSetting] = [.unsafeFlags(["-static-executable"])]

let strictC: [CSetting] = [.unsafeFlags(["-std=gnu17", "-Wall", "-Wextra", "-Werror", "-Wconversion"])]

let tools = [
    "fs-read", "fs-list", "fs-search", "fs-write", "fs-edit", "git-status", "git-log", "git-diff", "git-commit",
    "exec-run", "http-get", "http-request", "git-fetch", "git-push",
]

let package = Package(
    name: "agentbox",
    products: [
        .executable(name: "agentbox", targets: ["agentbox"]),
        .executable(name: "agentbox-init", targets: ["agentbox-init"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(name: "Diagnostics"),
        .target(name: "StrictJSON", dependencies: ["Diagnostics"]),
        .target(name: "Hosts", dependencies: ["Diagnostics"]),
        // Which requests a grant covers. Pure.
        .target(name: "HTTPRules", dependencies: ["StrictJSON"]),
        .target(name: "Manifests", dependencies: ["Diagnostics", "StrictJSON", "Hosts", "HTTPRules", "Yams"]),
        .target(
            name: "CRE2",
            cxxSettings: [.unsafeFlags(["-std=c++17", "-fno-exceptions", "-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]
        ),
        .target(name: "Policy", dependencies: ["Diagnostics", "StrictJSON", "Manifests", "Hosts", "CRE2"]),

        .target(name: "Replay", dependencies: ["Diagnostics", "StrictJSON", "Manifests", "Policy"]),

        .target(name: "CSandbox", cSettings: strictC),
        .target(name: "CInit", dependencies: ["CSandbox"], cSettings: strictC),
        .executableTarget(
            name: "agentbox-init",
            dependencies: ["CInit", "CSandbox"],
            swiftSettings: [.enableExperimentalFeature("Embedded"), .unsafeFlags(["-wmo"])],
            linkerSettings: [
                .unsafeFlags(["-Xclang-linker", "-static", "-Xclang-linker", "-nostdlib", "-Xlinker", "--gc-sections"])
            ]
        ),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "LinuxIO", dependencies: ["CSandbox", "Diagnostics"]),
        .target(
            name: "Sandbox",
            dependencies: [
                "Diagnostics", "StrictJSON", "Manifests", "Hosts", "HTTPRules", "LinuxIO", "CSandbox", "CSeccomp",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),

        .target(
            name: "Ledger",
            dependencies: [
                "Diagnostics", "StrictJSON", "LinuxIO", "CSandbox",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "Store",
            dependencies: [
                "Diagnostics", "StrictJSON", "Manifests", "LinuxIO", "CSandbox",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        // What an agent writes to a terminal, made harmless. Pure: bytes in, bytes out.
        .target(name: "TerminalFilter"),
        // What a person says yes to, and how it is known that they said it. Pure: bytes in, verdicts out.
        .target(
            name: "Approvals",
            dependencies: [
                "Diagnostics", "StrictJSON", "Manifests",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        // The ledger's entries in the forms that other systems read.
        .target(
            name: "Exports",
            dependencies: [
                "Diagnostics", "StrictJSON", "LinuxIO", "Ledger", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(name: "MCP", dependencies: ["Diagnostics", "StrictJSON", "LinuxIO", "CSandbox"]),

        // The network broker: what it is asked, what it answers, and the relay itself.
        .target(name: "CEgress", cSettings: strictC),
        .target(
            name: "Egress", dependencies: ["Diagnostics", "StrictJSON", "Hosts", "HTTPRules", "CSandbox", "CEgress"]),
        .executableTarget(name: "agentbox-egress", dependencies: ["Egress"], linkerSettings: staticExecutable),

        // Ends TLS, reads requests, and puts credentials in: a process for one call.
        .target(
            name: "Inspection",
            dependencies: [
                "Egress", "CEgress", "CSandbox", "Hosts", "HTTPRules", "StrictJSON", "Diagnostics",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            ]),
        .executableTarget(name: "agentbox-inspect", dependencies: ["Inspection"], linkerSettings: staticExecutable),

        // What a credential is, its sources on this host, and the words in which the others are asked.
        .target(
            name: "Credentials",
            dependencies: [
                "Diagnostics", "StrictJSON", "Manifests", "LinuxIO", "CSandbox",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // The sources that speak with a server, in a process of their own.
        .target(
            name: "CredentialSources",
            dependencies: [
                "Credentials", "Manifests", "StrictJSON", "Diagnostics", "LinuxIO", "CSandbox", "CEgress",
                "CPostgreSQL", "Hosts",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "JWTKit", package: "jwt-kit"),
            ]),
        .executableTarget(
            name: "agentbox-credentials", dependencies: ["CredentialSources"], linkerSettings: staticLibraries),

        .target(
            name: "Registry",
            dependencies: [
                "Diagnostics", "Credentials", "StrictJSON", "Manifests", "Policy", "Sandbox", "Ledger", "Store",
                "Approvals", "Egress",
                "Hosts", "HTTPRules", "LinuxIO", "CSandbox", "MCP",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        // What was granted against what was used, and which control answers which item of a standard.
        .target(
            name: "Review",
            dependencies: ["Diagnostics", "StrictJSON", "Manifests", "Policy", "Replay", "Ledger", "LinuxIO"]
        ),
        // Watches a workflow as it is today, and says which static credentials it comes upon.
        .target(name: "CObserve", cSettings: strictC),
        .target(
            name: "Observe",
            dependencies: [
                "CObserve", "CSandbox", "LinuxIO", "Manifests", "StrictJSON", "Diagnostics",
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .executableTarget(
            name: "agentbox-observe", dependencies: ["CObserve", "CSandbox"], cSettings: strictC,
            // The driver asks clang for `-pie` besides, which a static executable is not.
            linkerSettings: staticExecutable + [
                .unsafeFlags(["-Xclang-linker", "-Wno-unused-command-line-argument"])
            ]),
        .target(
            name: "Runs",
            dependencies: [
                "Registry", "Replay", "Review", "MCP", "Sandbox", "Ledger", "Store", "Approvals", "Credentials",
                "LinuxIO", "CSandbox", "Manifests", "Policy", "StrictJSON", "Diagnostics", "TerminalFilter",
                "ToolSupport",
            ]),
        .executableTarget(
            name: "agentbox",
            dependencies: [
                "Runs", "Registry", "Replay", "Manifests", "Policy", "Sandbox", "Ledger", "Store", "Approvals",
                "LinuxIO", "Exports", "Review", "Observe", "OpenAPI", "StrictJSON", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: staticLibraries
        ),

        // The web pages are a program of their own: the command line starts in milliseconds without a web server in it.
        .target(
            name: "Console",
            dependencies: [
                "Runs", "Registry", "Ledger", "Store", "Approvals", "Review", "Sandbox", "Policy", "Manifests",
                "LinuxIO",
                "StrictJSON", "Diagnostics",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            resources: [.embedInCode("Assets/console.css"), .embedInCode("Assets/console.js")]
        ),
        .executableTarget(
            name: "agentbox-console",
            dependencies: [
                "Console", "Runs", "Store", "LinuxIO", "StrictJSON", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: staticLibraries
        ),

        // MCP over HTTP, in a process of its own that holds no keys.
        .target(
            name: "HTTPEdge",
            dependencies: [
                "MCP", "StrictJSON", "LinuxIO", "CSandbox",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .executableTarget(
            name: "agentbox-mcp-http", dependencies: ["HTTPEdge", "MCP", "LinuxIO"], linkerSettings: staticLibraries),

        // Tool manifests of an OpenAPI description. Pure: bytes in, manifests or what is wrong with them out.
        .target(name: "OpenAPI", dependencies: ["Manifests", "Hosts", "StrictJSON", "Diagnostics"]),

        .target(name: "ToolSupport", dependencies: ["StrictJSON", "Diagnostics"]),
        // Not one of `tools`: libpq is a shared library.
        .executableTarget(
            name: "agentbox-postgres-query", dependencies: ["ToolSupport", "StrictJSON", "Diagnostics", "CPostgreSQL"],
            linkerSettings: [.unsafeFlags(["-static-stdlib"])]),

        .target(name: "TestSupport", dependencies: ["LinuxIO", "CSandbox", "StrictJSON"], path: "Tests/TestSupport"),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
        .testTarget(name: "ManifestsTests", dependencies: ["Manifests", "StrictJSON", "TestSupport"]),
        .testTarget(name: "PolicyTests", dependencies: ["Policy", "Manifests", "Hosts", "StrictJSON"]),
        .testTarget(name: "EgressTests", dependencies: ["Egress", "Hosts", "StrictJSON", "TestSupport"]),
        .testTarget(name: "OpenAPITests", dependencies: ["OpenAPI", "Manifests", "StrictJSON"]),
        .testTarget(
            name: "ObserveTests", dependencies: ["Observe", "LinuxIO", "Manifests", "StrictJSON", "TestSupport"]),
        .testTarget(
            name: "InspectionTests",
            dependencies: [
                "Inspection", "Egress", "Hosts", "HTTPRules", "StrictJSON", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(name: "HTTPRulesTests", dependencies: ["HTTPRules", "StrictJSON"]),
        .testTarget(
            name: "CredentialsTests",
            dependencies: [
                "Credentials", "Manifests", "LinuxIO", "StrictJSON", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .testTarget(
            name: "CredentialSourcesTests",
            dependencies: [
                "CredentialSources", "Credentials", "Manifests", "Registry", "Sandbox", "LinuxIO", "StrictJSON",
                "TestSupport",
            ]),
        .testTarget(name: "ReplayTests", dependencies: ["Replay", "Policy", "Manifests", "StrictJSON"]),
        // A service whose credentials outlive whoever asked for them, and a host in miniature that dies on the way.
        .target(
            name: "LeaseTestSupport",
            dependencies: [
                "Registry", "Credentials", "Store", "Ledger", "Manifests", "LinuxIO", "StrictJSON",
            ], path: "Tests/LeaseTestSupport"),
        .executableTarget(
            name: "LeaseTestHelper", dependencies: ["LeaseTestSupport", "Registry", "LinuxIO"],
            path: "Tests/LeaseTestHelper"),
        .testTarget(
            name: "RegistryTests",
            dependencies: [
                "LeaseTestSupport", "LeaseTestHelper", "Credentials", "Store",
                "Registry", "Policy", "Ledger", "Sandbox", "Manifests", "MCP", "LinuxIO", "StrictJSON", "TestSupport",
            ]),
        .testTarget(
            name: "RunsTests", dependencies: ["Runs", "TestSupport", "StrictJSON", "LinuxIO", "TerminalTestHelper"]),
        .testTarget(name: "HTTPEdgeTests", dependencies: ["HTTPEdge", "MCP", "LinuxIO", "StrictJSON", "TestSupport"]),
        .testTarget(name: "TerminalFilterTests", dependencies: ["TerminalFilter"]),
        .testTarget(
            name: "ApprovalsTests",
            dependencies: [
                "Approvals", "Manifests", "StrictJSON", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        .testTarget(
            name: "ExportsTests", dependencies: ["Exports", "Ledger", "LinuxIO", "StrictJSON", "TestSupport"]),
        .testTarget(
            name: "ReviewTests",
            dependencies: [
                "Review", "Ledger", "Replay", "Manifests", "Policy", "LinuxIO", "StrictJSON", "TestSupport",
            ]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "Ledger", "Store", "LinuxIO", "StrictJSON", "TestSupport"]),
        .testTarget(name: "LinuxIOTests", dependencies: ["LinuxIO", "CSandbox"]),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "Sandbox", "Manifests", "LinuxIO", "CSandbox", "CSeccomp", "StrictJSON", "TestSupport",
                "LayerTestHelper", "system-call-tracer",
            ]),
        // Makes one system call of a program fail, or kills it there, and writes down their order.
        .executableTarget(
            name: "system-call-tracer", path: "Tests/SystemCallTracer", cSettings: strictC),
        // A host in miniature, in C, that writes plans by hand.
        .executableTarget(
            name: "init-driver", dependencies: ["CSandbox"], path: "Tests/InitTests/driver", cSettings: strictC),
        .testTarget(name: "InitTests", dependencies: ["TestSupport"], exclude: ["driver"]),
        .executableTarget(
            name: "agentbox-bench",
            dependencies: [
                "StrictJSON", "Policy", "Manifests", "Sandbox", "Ledger", "LinuxIO", "CSandbox", "TestSupport",
                "Egress", "Hosts",
            ],
            path: "Tests/Benchmarks", exclude: ["cold", "peers"]),
        .testTarget(name: "ToolsTests", dependencies: ["StrictJSON", "TestSupport"]),
        .executableTarget(
            name: "StoreTestHelper", dependencies: ["Store", "Manifests", "LinuxIO", "StrictJSON"],
            path: "Tests/StoreTestHelper"),
        .executableTarget(
            name: "LayerTestHelper", dependencies: ["Sandbox", "Manifests", "LinuxIO", "StrictJSON"],
            path: "Tests/LayerTestHelper"),
        // A person's terminal with a program on the agent's side of it, and questions when a signal comes.
        .executableTarget(
            name: "TerminalTestHelper", dependencies: ["Runs", "LinuxIO"], path: "Tests/TerminalTestHelper"),
        .executableTarget(
            name: "LedgerTestHelper", dependencies: ["Ledger", "LinuxIO", "StrictJSON"], path: "Tests/LedgerTestHelper"),
        .testTarget(
            name: "LedgerTests", dependencies: ["Ledger", "LinuxIO", "StrictJSON", "TestSupport", "LedgerTestHelper"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Manifests", "LinuxIO", "StrictJSON", "TestSupport", "StoreTestHelper"]),
        .testTarget(name: "MCPTests", dependencies: ["MCP", "LinuxIO", "CSandbox", "StrictJSON", "TestSupport"]),
        // A kernel with less in it, made from outside.
        .executableTarget(name: "tier-launcher", path: "Tests/Tiers/launcher", cSettings: strictC),
        // These try what was built, installed in a folder of their own.
        .testTarget(
            name: "EndToEndTests", dependencies: ["LinuxIO", "CSandbox", "StrictJSON", "TestSupport"],
            path: "Tests/EndToEnd",
            exclude: [
                "Egress/world.py", "GitHub/github.py", "Inspection/origin.go", "Inspection/client.go",
                "Inspection/make.sh",
            ]),
    ]
        + tools.map { name in
            .executableTarget(
                name: "agentbox-\(name)", dependencies: ["ToolSupport", "StrictJSON"], linkerSettings: staticExecutable)
        },
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
