import Credentials
import Manifests
import StrictJSON

/// What a token endpoint answered, held against what it was asked (RFC 8693, 2.2.1; RFC 9396, 7).
///
/// Attack: a server that gives more than it was asked for, or for longer.
struct OAuthAnswer {
    let json: JSON
    let place: String

    /// How long the token lives.
    func check(_ scope: OAuthScope, most: Duration) throws(CredentialError) -> Duration {
        let type = try HTTPReply.text(json, "token_type", of: place)
        guard ["bearer", "n_a"].contains(type.lowercased()) else {
            throw CredentialError(.malformed, "\(place) gave a token of a type that nobody can deliver")
        }
        guard let seconds = json["expires_in"]?.integerValue, seconds > 0, seconds <= 1 << 31 else {
            throw CredentialError(.malformed, "\(place) gave a token without `expires_in`")
        }
        guard .seconds(seconds) <= most else {
            throw CredentialError(
                .malformed, "\(place) gave a token that lives for \(seconds) s, longer than the source's `lifetime`",
                remedy: "shorten it at the server, or raise `lifetime`")
        }
        if let given = json["scope"], !scope.scopes.isEmpty {
            let words = (given.stringValue ?? "").split(separator: " ").map(String.init)
            guard Set(scope.scopes).isSuperset(of: words) else {
                throw CredentialError(.malformed, "\(place) gave a token with more scope than was asked for")
            }
        }
        if let given = json["authorization_details"], !scope.details.isEmpty {
            let types = (given.arrayValue ?? []).map { $0["type"]?.stringValue ?? "" }
            guard given.arrayValue != nil,
                Set(scope.details.compactMap { $0["type"]?.stringValue }).isSuperset(of: types)
            else {
                throw CredentialError(.malformed, "\(place) gave a token with other details than were asked for")
            }
        }
        return .seconds(seconds)
    }
}
