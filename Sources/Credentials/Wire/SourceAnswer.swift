import StrictJSON

/// What `agentbox-credentials` answers: a packet each. The host takes it for what it is, the word of a process that
/// servers talk to.
package struct SourceAnswer: Sendable {
    package var number: Int
    package var result: Result

    package enum Result: Sendable {
        case minted(MintedCredential)
        case revoked
        case probed(ProbeResult)
        case failed(CredentialError)
    }

    package init(_ number: Int, _ result: Result) {
        self.number = number
        self.result = result
    }

    package func encoded() -> [UInt8] {
        var object: JSONObject = ["answer": .integer(Int64(number))]
        switch result {
        case .minted(let credential): object["minted"] = credential.json
        case .revoked: object["revoked"] = true
        case .probed(let probe):
            object["probed"] = .string(probe.word)
            object["because"] = .string(probe.reason)
        case .failed(let error):
            object["failed"] = .string(error.code)
            object["message"] = .string(error.message)
            object["remedy"] = error.remedy.map(JSON.string)
            object["leavesNothing"] = .bool(error.leavesNothing)
        }
        return JSON.object(object).encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes, limits: JSONLimits(bytes: SourceMessage.mostBytes)),
            let number = json["answer"]?.integerValue
        else { return nil }
        if let credential = json["minted"].flatMap(MintedCredential.init) {
            self.init(Int(number), .minted(credential))
        } else if json["revoked"] == true {
            self.init(Int(number), .revoked)
        } else if let word = json["probed"]?.stringValue, let reason = json["because"]?.stringValue,
            let probe = ProbeResult(word, reason)
        {
            self.init(Int(number), .probed(probe))
        } else if let code = json["failed"]?.stringValue, let message = json["message"]?.stringValue {
            self.init(
                Int(number),
                .failed(
                    CredentialError(
                        .init(code), message, remedy: json["remedy"]?.stringValue,
                        leavesNothing: json["leavesNothing"]?.boolValue)))
        } else {
            return nil
        }
    }
}

extension ProbeResult {
    fileprivate var word: String {
        switch self {
        case .refused: "refused"
        case .accepted: "accepted"
        case .unknown: "unknown"
        }
    }

    fileprivate var reason: String {
        switch self {
        case .refused(let reason), .accepted(let reason), .unknown(let reason): reason
        }
    }

    fileprivate init?(_ word: String, _ reason: String) {
        switch word {
        case "refused": self = .refused(reason)
        case "accepted": self = .accepted(reason)
        case "unknown": self = .unknown(reason)
        default: return nil
        }
    }
}
