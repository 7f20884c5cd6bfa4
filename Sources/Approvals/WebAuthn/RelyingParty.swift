/// The page that credentials are made for and used on. A browser has no credentials for bare addresses: the console is
/// `localhost`, `http://localhost:PORT`.
package struct RelyingParty: Hashable, Sendable {
    /// Without a port.
    package var id: String
    /// As the browser writes it.
    package var origin: String

    package init(id: String, origin: String) {
        self.id = id
        self.origin = origin
    }

    /// For `PublicKeyCredentialCreationOptions.pubKeyCredParams`, best first.
    package static let algorithms: [Int64] = COSEKey.algorithms
}
