import Diagnostics
import StrictJSON

extension ApprovalStatement {
    /// Longest statement, in bytes.
    static let longest = 8 << 10
    /// Longest reason and longest name, in bytes.
    static let longestReason = 1 << 10
    static let longestName = 256

    /// Reads a statement. It has to be exactly the bytes that `bytes` writes: one statement has one form, so what was
    /// signed cannot be read in two ways.
    package init(parsing bytes: [UInt8]) throws(ApprovalRefusal) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(bytes: Self.longest, depth: 2))
        } catch {
            throw Self.malformed("the statement is not JSON: \(error.message)")
        }
        guard let members = json.objectValue else { throw Self.malformed("the statement is not a JSON object") }
        if let unknown = members.keys.first(where: { !Self.keys.contains($0) }) {
            throw Self.malformed("the statement has an unknown member \(VisibleText.quoted(unknown))")
        }
        func text(_ key: String) throws(ApprovalRefusal) -> String {
            guard let value = members[key]?.stringValue else {
                throw Self.malformed("the statement's member `\(key)` has to be a string")
            }
            return value
        }
        func read<Value>(
            _ key: String, _ expected: String, _ parse: (String) -> Value?
        ) throws(ApprovalRefusal) -> Value {
            let written = try text(key)
            guard let value = parse(written) else {
                throw Self.malformed(
                    "the statement's member `\(key)` is \(VisibleText.quoted(written)), which is not \(expected)")
            }
            return value
        }
        guard try text("kind") == Self.kind else {
            throw Self.malformed("the statement's member `kind` has to be `\(Self.kind)`")
        }
        self.init(
            verdict: try read("verdict", "`allow` or `deny`") { Verdict(rawValue: $0) },
            scope: try read("scope", "`once`, `plan`, `pattern` or `break-glass`") { Scope(rawValue: $0) },
            subject: try read("subject", "`sha256:` and 64 hexadecimal digits") { SubjectDigest($0) },
            shown: try read("shown", "`sha256:` and 64 hexadecimal digits") { SubjectDigest($0) },
            request: try read("request", "a request's identifier") { Self.isName($0) ? $0 : nil },
            nonce: try read("nonce", "32 hexadecimal digits") { Nonce($0) },
            issued: try read("issued", "a moment such as `2027-06-01T12:00:00Z`") { Moment($0) },
            expires: try read("expires", "a moment such as `2027-06-01T12:00:00Z`") { Moment($0) },
            approver: try read("approver", "a name without spaces and control characters") {
                Self.isName($0) ? $0 : nil
            },
            reason: members["reason"] == nil
                ? nil
                : try read("reason", "a text of 1 to \(Self.longestReason) bytes") {
                    (1...Self.longestReason).contains($0.utf8.count) ? $0 : nil
                })
        guard self.bytes == bytes else {
            throw Self.malformed("the statement is not in its canonical form (RFC 8785)")
        }
    }

    private static let keys: Set<String> = [
        "kind", "verdict", "scope", "subject", "shown", "request", "nonce", "issued", "expires", "approver", "reason",
    ]

    /// Printable ASCII: a name that only looks like another is none.
    static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func malformed(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(
            .malformedStatement, message, remedy: "sign the bytes that `agentbox approve show` gives, unchanged")
    }
}
