import StrictJSON

/// What the host says to `agentbox-credentials`: a packet each.
package enum SourceMessage: Sendable {
    /// Do this, and answer by the number.
    case ask(Int, SourceCall, SourceAction, within: Duration)
    /// Nobody waits for that answer any more.
    case cancel(Int)

    /// No message, and no answer, is longer: a packet of a Unix socket has to fit its send buffer.
    package static let mostBytes = 160 << 10

    package func encoded() -> [UInt8] {
        switch self {
        case .ask(let number, let source, let action, let time):
            let json: JSON = [
                "ask": .integer(Int64(number)), "source": source.json, "action": action.json,
                "milliseconds": .integer(time.wholeMilliseconds),
            ]
            return json.encoded()
        case .cancel(let number):
            let json: JSON = ["cancel": .integer(Int64(number))]
            return json.encoded()
        }
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes, limits: JSONLimits(bytes: Self.mostBytes)) else { return nil }
        if let number = json["cancel"]?.integerValue {
            self = .cancel(Int(number))
            return
        }
        guard let number = json["ask"]?.integerValue, let source = json["source"].flatMap(SourceCall.init),
            let action = json["action"].flatMap(SourceAction.init),
            let time = json["milliseconds"]?.integerValue, (1...600_000).contains(time)
        else { return nil }
        self = .ask(Int(number), source, action, within: .milliseconds(time))
    }
}

/// What a source is asked to do. Planning asks no server, so it is not among them.
package enum SourceAction: Sendable {
    case mint(CredentialRequest)
    case revoke(LeaseHandle, MintedCredential?)
    case probe(LeaseHandle, MintedCredential?)

    package var lease: String {
        switch self {
        case .mint(let request): request.lease
        case .revoke(let handle, _), .probe(let handle, _): handle.lease
        }
    }
}

extension SourceAction {
    var json: JSON {
        switch self {
        case .mint(let request): ["mint": request.json]
        case .revoke(let handle, let credential): Self.object("revoke", handle, credential)
        case .probe(let handle, let credential): Self.object("probe", handle, credential)
        }
    }

    private static func object(_ word: String, _ handle: LeaseHandle, _ credential: MintedCredential?) -> JSON {
        var object: JSONObject = [word: handle.json]
        object["credential"] = credential?.json
        return .object(object)
    }

    init?(_ json: JSON) {
        var credential: MintedCredential?
        if let written = json["credential"] {
            guard let read = MintedCredential(written) else { return nil }
            credential = read
        }
        if let request = json["mint"].flatMap(CredentialRequest.init) {
            self = .mint(request)
        } else if let handle = json["revoke"].flatMap(LeaseHandle.init) {
            self = .revoke(handle, credential)
        } else if let handle = json["probe"].flatMap(LeaseHandle.init) {
            self = .probe(handle, credential)
        } else {
            return nil
        }
    }
}
