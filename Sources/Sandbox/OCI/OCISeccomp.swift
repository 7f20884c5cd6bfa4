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
