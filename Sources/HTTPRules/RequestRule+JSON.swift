import StrictJSON

extension RequestRule {
    /// With every member, in canonical form: what the ledger holds, and what `agentbox-inspect` is told.
    package var json: JSON {
        var object: JSONObject = [
            "methods": .array(methods.map { .string($0.rawValue) }),
            "paths": .array(paths.map { .string($0.description) }),
        ]
        if !headers.isEmpty { object["headers"] = .array(headers.map(\.json)) }
        if let mostBody { object["body"] = .integer(Int64(mostBody)) }
        return .object(object)
    }

    package init?(_ json: JSON) {
        guard let methods = json["methods"]?.arrayValue, let paths = json["paths"]?.arrayValue else { return nil }
        var rule = RequestRule()
        for method in methods {
            guard let name = method.stringValue.flatMap(MethodName.init) else { return nil }
            rule.methods.append(name)
        }
        for path in paths {
            guard let pattern = path.stringValue.flatMap({ try? PathPattern($0) }) else { return nil }
            rule.paths.append(pattern)
        }
        for header in json["headers"]?.arrayValue ?? [] {
            guard let header = HeaderRule(header) else { return nil }
            rule.headers.append(header)
        }
        if let body = json["body"] {
            guard let count = body.integerValue, count >= 0 else { return nil }
            rule.mostBody = Int(count)
        }
        self = rule
    }
}

extension HeaderRule {
    var json: JSON {
        switch condition {
        case .present: ["name": .string(name), "present": true]
        case .absent: ["name": .string(name), "absent": true]
        case .oneOf(let values): ["name": .string(name), "oneOf": .array(values.map(JSON.string))]
        }
    }

    init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue else { return nil }
        if json["present"] == true {
            self.init(name, .present)
        } else if json["absent"] == true {
            self.init(name, .absent)
        } else if let values = json["oneOf"]?.arrayValue {
            let texts = values.compactMap(\.stringValue)
            guard texts.count == values.count else { return nil }
            self.init(name, .oneOf(texts))
        } else {
            return nil
        }
    }
}
