import StrictJSON

/// A secret that every call of a tool gets one of its own of, before its arguments are known.
package struct CredentialTemplate: Hashable, Sendable {
    /// Unique in the tool.
    package var name: String
    /// A configured source: `SourceConfiguration.name`.
    package var source: SourceName
    /// What it opens, in the source's words.
    package var scope: ScopeTemplate
    /// What the source has to be able to do about it at least.
    package var revocability: Revocability?
    /// How long it may live at most.
    package var lifetime: Duration?
    package var delivery: CredentialDelivery

    package init(
        name: String, source: SourceName, scope: ScopeTemplate, revocability: Revocability? = nil,
        lifetime: Duration? = nil, delivery: CredentialDelivery
    ) {
        self.name = name
        self.source = source
        self.scope = scope
        self.revocability = revocability
        self.lifetime = lifetime
        self.delivery = delivery
    }

    /// Where a manifest sets no lifetime.
    package static let defaultLifetime = Duration.seconds(300)
}

/// A source's name, checked as a profile's.
package struct SourceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Nil if the text is not a source's name.
    package init?(_ text: String) {
        guard Name.isDotted(text) else { return nil }
        rawValue = text
    }

    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
