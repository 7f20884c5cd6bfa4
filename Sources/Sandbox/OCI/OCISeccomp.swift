/// A `seccomp` profile as OCI's runtime specification has it (config-linux.md, "Seccomp"), with what Docker's own format
/// adds: `archMap`, and for each rule `includes` and `excludes`.
struct OCISeccomp {
    var defaultAction: OCIAction
    /// SCMP_ARCH_*; nil if the profile says nothing of them.
    var architectures: [String]?
    var rules: [Rule]

    struct Rule {
        var names: [String]
        var action: OCIAction
        var arguments: [Argument]
        var includes: Filter?
        var excludes: Filter?
        /// Where it stands: `$.syscalls[3]`.
        var path: String
    }

    /// A comparison of one argument.
    struct Argument: Hashable {
        var index: Int
        var value: UInt64
        /// What MASKED_EQ compares with; `value` is the mask then.
        var valueTwo: UInt64
        var comparison: Comparison
    }

    enum Comparison: String, Hashable, CaseIterable {
        case notEqual = "SCMP_CMP_NE"
        case less = "SCMP_CMP_LT"
        case lessOrEqual = "SCMP_CMP_LE"
        case equal = "SCMP_CMP_EQ"
        case greaterOrEqual = "SCMP_CMP_GE"
        case greater = "SCMP_CMP_GT"
        case maskedEqual = "SCMP_CMP_MASKED_EQ"
    }

    /// When a rule counts: Docker resolves these when a container starts.
    struct Filter {
        var capabilities: [String] = []
        /// As Go names them: `amd64`, `arm64`.
        var architectures: [String] = []
        var kernel: KernelVersion?
    }
}

/// What OCI does with a call: SCMP_ACT_*.
enum OCIAction: Hashable {
    case allow
    case error(Int32)
    /// SCMP_ACT_KILL_PROCESS.
    case kill
    /// SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD. A profile of ours ends the process.
    case killThread
    /// TRAP, TRACE, LOG, NOTIFY: nothing that a profile of ours can say.
    case other(String)

    init?(_ name: String, error: Int32) {
        switch name {
        case "SCMP_ACT_ALLOW": self = .allow
        case "SCMP_ACT_ERRNO": self = .error(error)
        case "SCMP_ACT_KILL_PROCESS": self = .kill
        case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": self = .killThread
        case "SCMP_ACT_TRAP", "SCMP_ACT_TRACE", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY": self = .other(name)
        default: return nil
        }
    }

    /// Nil if no filter of ours can do that.
    var verdict: CallVerdict? {
        switch self {
        case .allow: .allowed
        case .error(let number): .refused(number)
        case .kill, .killThread: .killed
        case .other: nil
        }
    }
}

/// `6.18` of a kernel's release: what profiles compare.
package struct KernelVersion: Hashable, Comparable, Sendable {
    let major: Int
    let minor: Int

    /// Reads the start of `6.18.44-generic`; nil if there is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }), major >= 0
        else { return nil }
        self.major = major
        self.minor = minor
    }

    /// The release of the kernel that runs.
    package static var running: String { KernelFacts().release }

    package static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}
