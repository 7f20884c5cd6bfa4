package struct EnvironmentSourceOptions: Hashable, Sendable {
    package var variable: String
    /// Handed out as a whole to tools that ask for a part of what it opens.
    package var isWhole: Bool

    package init(variable: String, isWhole: Bool = false) {
        self.variable = variable
        self.isWhole = isWhole
    }
}

package struct FileSourceOptions: Hashable, Sendable {
    /// Absolute.
    package var path: String
    /// Handed out as a whole to tools that ask for a part of what it opens.
    package var isWhole: Bool

    package init(path: String, isWhole: Bool = false) {
        self.path = path
        self.isWhole = isWhole
    }
}

package struct PassSourceOptions: Hashable, Sendable {
    /// The entry's name in the store: `work/github`.
    package var entry: String
    /// The store's folder, absolute; nil: where `pass` looks by itself.
    package var store: String?
    /// Handed out as a whole to tools that ask for a part of what it opens.
    package var isWhole: Bool

    package init(entry: String, store: String? = nil, isWhole: Bool = false) {
        self.entry = entry
        self.store = store
        self.isWhole = isWhole
    }
}

package struct SecretServiceOptions: Hashable, Sendable {
    /// What the item is looked up by.
    package var attributes: [String: String]
    /// Handed out as a whole to tools that ask for a part of what it opens.
    package var isWhole: Bool

    package init(attributes: [String: String], isWhole: Bool = false) {
        self.attributes = attributes
        self.isWhole = isWhole
    }
}

/// A transaction token (draft-ietf-oauth-transaction-tokens), signed by a key of this host's.
package struct JWTSourceOptions: Hashable, Sendable {
    /// `iss`: a URL.
    package var issuer: String
    /// Whom a token can be for. A scope names one of them; where there is only one it need not.
    package var audiences: [String]
    /// `$AGENTBOX_HOME/keys/jwt-NAME.pem`, made when it is first needed.
    package var key: String

    package init(issuer: String, audiences: [String], key: String) {
        self.issuer = issuer
        self.audiences = audiences
        self.key = key
    }
}

/// A certificate with a SPIFFE ID (SPIFFE X509-SVID), issued by an authority of this host's.
package struct X509SourceOptions: Hashable, Sendable {
    /// `example.org` of `spiffe://example.org/…`.
    package var trustDomain: String
    /// `$AGENTBOX_HOME/keys/x509-NAME.pem`, made when it is first needed.
    package var key: String

    package init(trustDomain: String, key: String) {
        self.trustDomain = trustDomain
        self.key = key
    }
}
