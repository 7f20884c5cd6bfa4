import StrictJSON

/// What a token is asked for: the `scope` of a credential whose source is of type `oauth`.
package struct OAuthScope: Hashable, Sendable {
    /// RFC 8707.
    package var resources: [String]
    package var audiences: [String]
    /// RFC 6749, 3.3.
    package var scopes: [String]
    /// RFC 9396.
    package var details: [JSON]

    package init(_ json: JSON) throws(ManifestErrors) { self = try Self.shape.value(of: json, named: "scope") }

    private init(resources: [String], audiences: [String], scopes: [String], details: [JSON]) {
        self.resources = resources
        self.audiences = audiences
        self.scopes = scopes
        self.details = details
    }

    /// RFC 6749, 3.3: `scope-token`.
    private static let word = Shape<String>.text(
        "a word of a scope", pattern: #"^[!#-\[\]-~]+$"#, length: 1...200
    ) { text in
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            ? text : nil
    }

    /// RFC 9396, 2: an object with a `type`.
    private static let detail: Shape<JSON> = {
        let expectation = "an object with a `type`"
        let schema: JSON = [
            "type": "object", "properties": ["type": ["type": "string"]], "required": ["type"],
        ]
        let shape = Shape<JSON>(expectation, schema: schema) { _, _ in nil }
        return Shape(expectation, schema: schema) { located, decoding in
            guard located["type"]?.json.stringValue != nil else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return located.json
        }
    }()

    static let shape: Shape<OAuthScope> = object(
        "what a token is asked for",
        optional(
            "resource", .list(of: .line("a URI", maximum: 2000), "a list of URIs", count: 1...16), default: [],
            "Where the token is to be used (RFC 8707)."),
        optional(
            "audience", .list(of: .line("a name"), "a list of names", count: 1...16), default: [],
            "The logical names of services that it is for."),
        optional(
            "scope", .list(of: word, "a list of words", count: 1...64).unique { $0 }, default: [], "What it may do."),
        optional(
            "authorization_details", .list(of: detail, "a list of details", count: 1...16), default: [],
            "What it may do, in detail (RFC 9396).")
    ) { OAuthScope(resources: $0, audiences: $1, scopes: $2, details: $3) }.notEmpty()
}
