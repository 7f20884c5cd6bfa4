import HTTPRules

/// What a `connect` grant asks of the inspector.
package struct InspectionTerms: Hashable, Sendable {
    /// One of them has to cover a request; empty: every one that is well formed is.
    package var rules: [RequestRule]
    /// A file of the tool with roots that its destination may be certified by, beside the system's.
    package var trust: String?

    package init(rules: [RequestRule] = [], trust: String? = nil) {
        self.rules = rules
        self.trust = trust
    }
}
