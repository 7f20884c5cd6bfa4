import Crypto
import Foundation
import LinuxIO
import StrictJSON
import X509

/// What a text is by its form, and what that says of how long it lives.
struct SecretKind: Sendable, Hashable {
    let name: String
    /// In words; nil: nothing says when it ends.
    let lifetime: String?
    /// When it ends, where that stands in it.
    let expires: Timestamp?

    init(_ name: String, lifetime: String? = nil, expires: Timestamp? = nil) {
        self.name = name
        self.lifetime = lifetime
        self.expires = expires
    }

    private static let longest = 256 << 10

    /// Of a value alone. Nil: it has no form that is known.
    static func of(_ value: String) -> SecretKind? {
        if let found = prefixed(value) { return found }
        if let token = jwt(value) { return token }
        if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
            return SecretKind("a private key", lifetime: "until it is replaced")
        }
        if isURLWithPassword(value) {
            return SecretKind("a URL with a password in it", lifetime: "until it is changed")
        }
        return nil
    }

    /// Of what a file holds: the first that is known, and when its certificates end.
    static func of(file bytes: [UInt8]) -> SecretKind? {
        let text = String(decoding: bytes.prefix(longest), as: UTF8.self)
        let certificate = certificateEnd(text)
        if let end = certificate, text.contains("PRIVATE KEY-----") {
            return SecretKind("a private key with its certificate", expires: end)
        }
        if let end = certificate { return SecretKind("a certificate", expires: end) }
        for word in text.split(whereSeparator: { $0.isWhitespace || "\"'=:,@/".contains($0) }).prefix(4096) {
            if let found = prefixed(String(word)) ?? jwt(String(word)) { return found }
        }
        if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
            return SecretKind("a private key", lifetime: "until it is replaced")
        }
        return nil
    }

    // MARK: forms

    /// The prefixes that issuers give their tokens so that they are found.
    private static let prefixes: [(String, String, String?)] = [
        (
            "github_pat_", "a GitHub fine-grained token",
            "until the day that was chosen when it was made; at most a year"
        ),
        ("ghp_", "a GitHub personal token", "until somebody revokes it"),
        ("gho_", "a GitHub OAuth token", "until somebody revokes it"),
        ("ghs_", "a GitHub App installation token", "an hour at most"),
        ("ghu_", "a GitHub user token of an App", "eight hours at most"),
        ("glpat-", "a GitLab personal token", "until the day that was chosen when it was made"),
        ("sk-ant-", "an Anthropic API key", "until somebody revokes it"),
        ("sk-", "an API key", "until somebody revokes it"),
        ("xoxb-", "a Slack bot token", "until somebody revokes it"),
        ("xoxp-", "a Slack user token", "until somebody revokes it"),
        ("AKIA", "a static AWS access key", "until somebody revokes it"),
        ("ASIA", "a temporary AWS access key", "36 hours at most"),
        ("npm_", "an npm token", "until the day that was chosen when it was made"),
        ("pypi-", "a PyPI token", "until somebody revokes it"),
        ("dop_v1_", "a DigitalOcean token", "until the day that was chosen when it was made"),
        ("hvs.", "a Vault token", "until its lease ends"),
        ("AIza", "a Google API key", "until somebody revokes it"),
        ("ya29.", "a Google access token", "an hour at most"),
        ("sk_live_", "a Stripe key", "until somebody revokes it"),
    ]

    private static func prefixed(_ value: String) -> SecretKind? {
        guard (12...1024).contains(value.utf8.count), value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return prefixes.first { value.hasPrefix($0.0) }.map { SecretKind($0.1, lifetime: $0.2) }
    }

    /// RFC 7519: three parts in base64url, of which the second says in `exp` when it ends. Nobody checks its signature:
    /// whoever wrote it into the file could write anything.
    private static func jwt(_ value: String) -> SecretKind? {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard value.hasPrefix("eyJ"), parts.count == 3, value.utf8.count <= 16 << 10,
            let bytes = Data(base64Encoded: padded(String(parts[1]))), let claims = try? JSON(parsing: Array(bytes)),
            claims.objectValue != nil
        else { return nil }
        guard let seconds = claims["exp"]?.numberValue, (0...253_402_300_799).contains(seconds) else {
            return SecretKind("a JWT", lifetime: "without an end (`exp`)")
        }
        return SecretKind("a JWT", expires: Timestamp(millisecondsSince1970: Int64(seconds) * 1000))
    }

    private static func padded(_ text: String) -> String {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    }

    private static func isURLWithPassword(_ value: String) -> Bool {
        guard let mark = value.range(of: "://"), value.utf8.count < 4096 else { return false }
        let authority = value[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != " " }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return false
        }
        return authority.index(after: colon) < at
    }

    /// The first that ends of those in a text.
    private static func certificateEnd(_ text: String) -> Timestamp? {
        var ends: [Date] = []
        var rest = text[...]
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        while let start = rest.range(of: begin), let stop = rest.range(of: end), start.lowerBound < stop.lowerBound,
            ends.count < 64
        {
            let pem = String(rest[start.lowerBound..<stop.upperBound])
            if let certificate = try? Certificate(pemEncoded: pem) { ends.append(certificate.notValidAfter) }
            rest = rest[stop.upperBound...]
        }
        return ends.min().map { Timestamp(millisecondsSince1970: Int64($0.timeIntervalSince1970 * 1000)) }
    }
}
