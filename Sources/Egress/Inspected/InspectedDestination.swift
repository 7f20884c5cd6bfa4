import HTTPRules
import StrictJSON

/// One inspected destination of a call, as `agentbox-inspect` is given it.
package struct InspectedDestination: Sendable {
    package var destination: EgressDestination
    /// How the tool is met; nil: without TLS, as a grant of an `http://` URL is.
    package var identity: TLSIdentity?
    /// PEM texts of roots that the destination may be certified by, beside the system's.
    package var trust: [String]
    /// One of them has to cover a request; empty: every one that is well formed is.
    package var rules: [RequestRule]

    package init(
        _ destination: EgressDestination, identity: TLSIdentity?, trust: [String] = [], rules: [RequestRule] = []
    ) {
        self.destination = destination
        self.identity = identity
        self.trust = trust
        self.rules = rules
    }
}

/// A certificate with what precedes it in its chain, and its key.
package struct TLSIdentity: Sendable {
    /// DER, the leaf first.
    package var chain: [[UInt8]]
    /// PKCS #8, DER.
    package var key: SecretBytes

    package init(chain: [[UInt8]], key: SecretBytes) {
        self.chain = chain
        self.key = key
    }
}

extension InspectedDestination {
    var json: JSON {
        var object: JSONObject = [
            "egress": destination.json, "trust": .array(trust.map(JSON.string)), "rules": .array(rules.map(\.json)),
        ]
        if let identity {
            object["chain"] = .array(identity.chain.map { .string(Base64.encode($0)) })
            object["key"] = .string(identity.key.withBytes { Base64.encode($0) })
        }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let destination = json["egress"].flatMap(EgressDestination.init),
            let trust = json["trust"]?.arrayValue, let rules = json["rules"]?.arrayValue
        else { return nil }
        self.init(
            destination, identity: nil, trust: trust.compactMap(\.stringValue),
            rules: rules.compactMap(RequestRule.init))
        guard self.trust.count == trust.count, self.rules.count == rules.count else { return nil }
        guard json["chain"] != nil || json["key"] != nil else { return }
        guard let texts = json["chain"]?.arrayValue, let key = json["key"]?.stringValue.flatMap(Base64.decode) else {
            return nil
        }
        let chain = texts.compactMap { $0.stringValue.flatMap(Base64.decode) }
        guard chain.count == texts.count, !chain.isEmpty else { return nil }
        identity = TLSIdentity(chain: chain, key: SecretBytes(key))
    }
}
