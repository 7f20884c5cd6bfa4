import Manifests

/// How a tool compares with what was registered under its name.
package enum RegistrationState: Sendable {
    case unchanged(Registration)
    /// Something is not what it was; the differences, one line each.
    case changed(Registration, [String])
    case unregistered

    /// The registration, if the tool may be used.
    ///
    /// - Throws: Why it may not, with the differences and what to do.
    package func usable(_ name: ToolName) throws(StoreError) -> Registration {
        switch self {
        case .unchanged(let registration):
            return registration
        case .changed(_, let differences):
            throw StoreError(
                .changedTool,
                (["tool `\(name)` changed since it was registered"] + differences).joined(separator: "\n    "),
                remedy: "if you agree with the change, `agentbox tool register` the tool again")
        case .unregistered:
            throw StoreError(
                .unregisteredTool, "tool `\(name)` is not registered",
                remedy: "look at it, then `agentbox tool register` it")
        }
    }
}

/// A registration that was made.
package struct RegistrationChange: Sendable {
    package let registration: Registration
    /// What the name meant before.
    package let previous: Registration?
    package let differences: [String]

    /// True if nothing but the date is new.
    package var isUnchanged: Bool { previous?.toolDigest == registration.toolDigest }
}

/// What came of registering the bundled tools.
package struct BundledRegistration: Sendable {
    package var changes: [RegistrationChange]
    package var failures: [Failure]

    /// A bundled tool that cannot be used here.
    package struct Failure: Sendable {
        package let tool: ToolName
        package let error: StoreError
    }
}
