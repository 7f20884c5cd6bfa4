extension SandboxProfile.SystemCalls {
    /// What a rule on arguments does.
    package enum RuleAction: String, Hashable, Sendable, CaseIterable {
        case allow, deny
        /// Ends the process.
        case kill
    }

    /// A rule on the arguments of one system call: `{syscall: socket, arg: 0, in: [AF_UNIX], action: allow}`.
    ///
    /// For one system call the rules are read together. `deny` and `kill` come first. Then each argument with `allow`
    /// rules of its own must be as one of them says. Then, if there are `allow` rules with `when`, one of these must
    /// hold as a whole.
    package struct Rule: Hashable, Sendable {
        package var syscall: String
        /// All must hold. Empty for a rule on every call of that name, which only `deny` and `kill` can be.
        package var conditions: [Condition]
        /// True if the conditions were written as `when`: an alternative as a whole.
        package var isAlternative: Bool
        package var action: RuleAction
        /// What a denied call returns, `EINVAL` or a number; nil for the profile's default.
        package var errno: String?

        package init(
            syscall: String, conditions: [Condition], isAlternative: Bool, action: RuleAction, errno: String? = nil
        ) {
            self.syscall = syscall
            self.conditions = conditions
            self.isAlternative = isAlternative
            self.action = action
            self.errno = errno
        }

        /// A rule on some values of one argument.
        package init(syscall: String, argument: Int, values: [String], action: RuleAction) {
            self.init(
                syscall: syscall, conditions: [Condition(argument: argument, test: .in(values))], isAlternative: false,
                action: action)
        }
    }

    /// A test on one argument. Values are numbers, or names of constants: `AF_UNIX`, `TIOCSTI`, `PR_SET_NAME`.
    package struct Condition: Hashable, Sendable {
        package enum Test: Hashable, Sendable {
            case `in`([String])
            case notIn([String])
            /// Both ends belong to it; nil is the least or the greatest number.
            case range(from: String?, to: String?)
        }

        /// 0 to 5.
        package var argument: Int
        package var test: Test
        /// These bits of the argument are compared and no others.
        package var mask: String?
        /// How much of the register is compared, 32 or 64; nil for what the kernel reads of it.
        package var bits: Int?

        package init(argument: Int, test: Test, mask: String? = nil, bits: Int? = nil) {
            self.argument = argument
            self.test = test
            self.mask = mask
            self.bits = bits
        }
    }
}

extension SandboxProfile.SystemCalls.Rule {
    /// `allow socket 0 in AF_UNIX, AF_INET`
    package var text: String {
        let conditions = conditions.map(\.text).joined(separator: " and ")
        return "\(action.rawValue) \(syscall)"
            + (conditions.isEmpty ? "" : (isAlternative ? " when " : " ") + conditions)
            + (errno.map { " as \($0)" } ?? "")
    }
}

extension SandboxProfile.SystemCalls.Condition {
    /// `0 in AF_UNIX, AF_INET`; `0 & 0x7e020000 in 0`
    package var text: String {
        let subject = "\(argument)" + (mask.map { " & \($0)" } ?? "")
        let width = bits.map { " (\($0) bits)" } ?? ""
        return switch test {
        case .in(let values): "\(subject) in \(values.joined(separator: ", "))\(width)"
        case .notIn(let values): "\(subject) not in \(values.joined(separator: ", "))\(width)"
        case .range(let from, let to): "\(subject) from \(from ?? "0") to \(to ?? "the greatest")\(width)"
        }
    }
}
