package struct EnvironmentSourceOptions: Hashable, Sendable {
    package var variable: String
    package init(variable: String) { self.variable = variable }
}

package struct FileSourceOptions: Hashable, Sendable {
    /// Absolute.
    package var path: String
    package init(path: String) { self.path = path }
}

package struct PassSourceOptions: Hashable, Sendable {
    /// The entry's name in the store: `work/github`.
    package var entry: String
    /// The store's folder, absolute; nil: where `pass` looks by itself.
    package var store: String?

    package init(entry: String, store: String? = nil) {
        self.entry = entry
        self.store = store
    }
}

package struct SecretServiceOptions: Hashable, Sendable {
    /// What the item is looked up by.
    package var attributes: [String: String]
    package init(attributes: [String: String]) { self.attributes = attributes }
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
