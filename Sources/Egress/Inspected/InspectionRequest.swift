import HTTPRules
import Hosts
import StrictJSON

/// What the host asks of `agentbox-inspect`: a packet each. `open` comes once, with the sockets beside it in the order
/// of the destinations.
package enum InspectionRequest: Sendable {
    case open([InspectedDestination], [Injection])
    /// The call is over: close all, and say what it was.
    case close

    /// No request is longer.
    package static let mostBytes = 160 << 10

    package func encoded() -> [UInt8] {
        let json: JSON =
            switch self {
            case .open(let destinations, let injections):
                ["open": .array(destinations.map(\.json)), "injections": .array(injections.map(\.json))]
            case .close: ["close": true]
            }
        return json.encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if json["close"] == true {
            self = .close
            return
        }
        guard let open = json["open"]?.arrayValue, let injections = json["injections"]?.arrayValue else { return nil }
        let destinations = open.compactMap(InspectedDestination.init)
        let wanted = injections.compactMap(Injection.init)
        guard destinations.count == open.count, wanted.count == injections.count, !destinations.isEmpty else {
            return nil
        }
        self = .open(destinations, wanted)
    }
}

extension Injection {
    fileprivate var json: JSON {
        var object = rule.json.objectValue ?? JSONObject()
        object["name"] = .string(name)
        object["placeholder"] = .string(placeholder.text)
        object["secret"] = .string(secret.withBytes { Base64.encode($0) })
        object["to"] = .string(destination.description)
        object["into"] = .array(headers.sorted().map(JSON.string))
        if let uses { object["uses"] = .integer(Int64(uses)) }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let rule = RequestRule(json), let name = json["name"]?.stringValue,
            let placeholder = json["placeholder"]?.stringValue.flatMap(Placeholder.init),
            let secret = json["secret"]?.stringValue.flatMap(Base64.decode),
            let destination = json["to"]?.stringValue.flatMap({ try? Destination($0) }),
            let headers = json["into"]?.arrayValue,
            let injection = try? Injection(
                name: name, placeholder: placeholder, secret: SecretBytes(secret), destination: destination,
                methods: rule.methods, paths: rule.paths, headers: headers.compactMap(\.stringValue)),
            headers.allSatisfy({ $0.stringValue.map(CredentialHeader.canBe) ?? false })
        else { return nil }
        self = injection
        guard let uses = json["uses"] else { return }
        guard let count = uses.count else { return nil }
        self.uses = count
    }
}
