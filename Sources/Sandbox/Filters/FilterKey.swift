import Manifests

/// All that a compiled filter depends on, as text: two equal texts mean the same program.
struct FilterKey: Sendable {
    let text: String

    init(_ profile: ResolvedProfile, _ architecture: Architecture) {
        var lines = [
            "compiler \(FilterCompiler.version)", "architecture \(architecture.rawValue)",
            "calls \(SystemCallTable.versionText)", "default \(profile.defaultAction.rawValue)",
            "allow \(profile.allow.joined(separator: " "))", "deny \(profile.deny.joined(separator: " "))",
        ]
        for rule in profile.rules { lines.append("rule \(rule.text)") }
        text = lines.joined(separator: "\n")
    }

    /// A name that differs for different keys, as a rule: the file holds the key itself to make sure.
    var fileName: String { "filter-\(String(Checksum.of(text.utf8), radix: 16))" }
}

/// What of a profile a filter is compiled from.
struct FilterSource: Equatable, Sendable {
    private let defaultAction: SandboxProfile.SystemCalls.Action
    private let allow: [String]
    private let deny: [String]
    private let rules: [SandboxProfile.SystemCalls.Rule]

    init(_ profile: ResolvedProfile) {
        defaultAction = profile.defaultAction
        allow = profile.allow
        deny = profile.deny
        rules = profile.rules
    }
}

/// FNV-1a, 64 bits: against damage, not against malice, from which the folder's permissions protect.
enum Checksum {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    }
}
