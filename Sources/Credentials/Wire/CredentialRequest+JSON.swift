import StrictJSON

extension CredentialRequest {
    var json: JSON {
        [
            "lease": .string(lease), "scope": scope, "milliseconds": .integer(lifetime.wholeMilliseconds),
            "call": call.json,
        ]
    }

    init?(_ json: JSON) {
        guard let lease = json["lease"]?.stringValue, let scope = json["scope"],
            let milliseconds = json["milliseconds"]?.integerValue, milliseconds > 0,
            let call = json["call"].flatMap(CallBinding.init)
        else { return nil }
        self.init(lease: lease, scope: scope, lifetime: .milliseconds(milliseconds), call: call)
    }
}

extension CallBinding {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "run": .string(run), "call": .string(call), "task": .string(task), "tool": .string(tool),
            "callDigest": .string(callDigest), "agent": .string(agent), "principal": .string(principal),
            "approvers": .array(approvers.map(JSON.string)),
        ]
        object["approval"] = approval.map(JSON.string)
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let run = json["run"]?.stringValue, let call = json["call"]?.stringValue,
            let task = json["task"]?.stringValue, let tool = json["tool"]?.stringValue,
            let callDigest = json["callDigest"]?.stringValue, let agent = json["agent"]?.stringValue,
            let principal = json["principal"]?.stringValue, let approvers = json["approvers"]?.arrayValue,
            approvers.allSatisfy({ $0.stringValue != nil })
        else { return nil }
        self.init(
            run: run, call: call, task: task, tool: tool, callDigest: callDigest, agent: agent, principal: principal,
            approvers: approvers.compactMap(\.stringValue), approval: json["approval"]?.stringValue)
    }
}

extension Duration {
    /// Rounded down.
    package var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
