import StrictJSON

/// A role of AWS that is assumed: `type: aws-sts`.
package struct STSOptions: Hashable, Sendable {
    package var region: String
    /// In the place of the region's own.
    package var endpoint: ServiceURL?
    package var role: String
    package var externalID: String?
    package var accessKey: SecretReference
    package var secretKey: SecretReference
    package var sessionToken: SecretReference?
    /// Sessions are tagged with what they are for. The role's trust policy has to allow `sts:TagSession`.
    package var tags: Bool
    package var trust: SecretReference?

    package var secrets: [String: SecretReference] {
        var secrets = ["accessKey": accessKey, "secretKey": secretKey]
        secrets["sessionToken"] = sessionToken
        secrets["trust"] = trust
        return secrets
    }

    /// Where requests go.
    package var url: String {
        if let endpoint { return endpoint.text }
        return "https://sts.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
    }

    static let shape: Shape<STSOptions> = object(
        "the options of a role of AWS",
        required(
            "region",
            .text("a region such as `eu-central-1`", pattern: "^[a-z0-9-]+$", length: 1...40) { text in
                text.utf8.allSatisfy { Digits.isDigit($0) || $0 == UInt8(ascii: "-") || (0x61...0x7A).contains($0) }
                    ? text : nil
            }, "The region whose STS is asked."),
        optional("endpoint", .serviceURL, "Another endpoint, say of a private link."),
        required(
            "role",
            .text(
                "a role such as `arn:aws:iam::123456789012:role/agent`", pattern: "^arn:[!-~]+:role/[!-~]+$",
                length: 20...2048
            ) { text in
                text.hasPrefix("arn:") && text.contains(":role/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                    ? text : nil
            }, "The role that is assumed."),
        optional("externalId", .line("an external id", maximum: 1224), "What the role's trust policy asks for."),
        required("accessKey", SecretReference.shape, "The id of the access key that may assume it."),
        required("secretKey", SecretReference.shape, "Its secret."),
        optional("sessionToken", SecretReference.shape, "Its session token, if it has one."),
        optional(
            "tags", .boolean, default: true, shown: true,
            "Tag sessions with run, call, task, tool and principal; needs `sts:TagSession`."),
        optional(
            "trust", SecretReference.shape,
            "Roots that the server's certificate may lead to, in the place of the system's; PEM.")
    ) {
        STSOptions(
            region: $0, endpoint: $1, role: $2, externalID: $3, accessKey: $4, secretKey: $5, sessionToken: $6,
            tags: $7, trust: $8)
    }
}

/// What a session may do: the `scope` of a credential whose source is of type `aws-sts`.
package struct STSScope: Hashable, Sendable {
    package var statements: [Statement]

    /// One statement of the session's policy: what it allows.
    package struct Statement: Hashable, Sendable {
        package var actions: [String]
        package var resources: [String]
        /// As IAM has it: operators, keys, values.
        package var conditions: JSON?
    }

    package init(_ json: JSON) throws(ManifestErrors) { self = try Self.shape.value(of: json, named: "scope") }

    private init(statements: [Statement]) { self.statements = statements }

    private static let action = Shape<String>.text(
        "an action such as `s3:GetObject`", pattern: "^[A-Za-z0-9-]+:[A-Za-z0-9*]+$", length: 3...200
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(" ") } ? text : nil
    }

    private static let conditions: Shape<JSON> = {
        let expectation = "conditions such as `{StringEquals: {\"aws:RequestedRegion\": eu-central-1}}`"
        let schema: JSON = ["type": "object", "additionalProperties": ["type": "object"]]
        let shape = Shape<JSON>(expectation, schema: schema) { _, _ in nil }
        return Shape(expectation, schema: schema) { located, decoding in
            guard let object = located.json.objectValue, object.allSatisfy({ $0.value.objectValue != nil }) else {
                shape.mismatch(located, &decoding)
                return nil
            }
            return located.json
        }
    }()

    /// When the session may do nothing any more is said by agentbox, with this key.
    private static func namesTime(_ conditions: JSON?) -> Bool {
        (conditions?.objectValue ?? JSONObject()).contains { _, keys in
            (keys.objectValue ?? JSONObject()).contains { $0.key.lowercased() == "aws:currenttime" }
        }
    }

    private static let statement: Shape<Statement> = object(
        "what is allowed, such as `{actions: [\"s3:GetObject\"], resources: [\"arn:aws:s3:::bucket/key\"]}`",
        required("actions", .list(of: action, "a list of actions", count: 1...64), "The actions."),
        required(
            "resources", .list(of: .line("an ARN", maximum: 2048), "a list of ARNs", count: 1...64), "The resources."),
        optional("conditions", conditions, "When, as IAM has it.")
    ) { Statement(actions: $0, resources: $1, conditions: $2) }.checked { statement, located, decoding in
        guard namesTime(statement.conditions) else { return }
        decoding.report(
            .invalidValue, in: located, at: ["conditions"], "`aws:CurrentTime` is set from the credential's lifetime")
    }

    static let shape: Shape<STSScope> = object(
        "what a session may do",
        required(
            "allow", .list(of: statement, "a list of statements", count: 1...16),
            "What the session's policy allows; nothing beyond what the role may.")
    ) { STSScope(statements: $0) }
}
