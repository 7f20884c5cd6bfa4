import HTTPRules
import StrictJSON

extension Tool {
    /// What digests of the manifest are taken of, and what registration shows the differences of.
    package func canonicalJSON() -> JSON {
        var object = CanonicalObject(kind: "Tool")
        object.add("name", name.rawValue)
        object.add("version", version)
        object.add("title", title)
        object.add("description", description)
        object.add("command", command.map(\.source))
        object.add("input", input.rawValue)
        object.add("inputSchema", inputSchema)
        object.add("outputSchema", outputSchema)
        object.add("annotations", annotations.canonicalJSON)
        object.add("sandbox", sandbox.rawValue)
        object.add("grants", .array(grants.map(\.canonicalJSON)))
        if usesProxy { object.add("proxy", JSON.bool(true)) }
        object.add("labels", ["output": .array(outputLabels.map { .string($0.rawValue) })])
        object.add("credentials", .array(credentials.map(\.canonicalJSON)))
        object.add("limits", limits.canonicalObject.json)
        object.add("files", files)
        object.add("tests", .array(tests.map(\.canonicalJSON)))
        return object.json
    }
}

extension GrantTemplate {
    fileprivate var canonicalJSON: JSON {
        var object: JSONObject = [word.rawValue: .string(value.source)]
        if !within.isEmpty { object["within"] = .array(within.map(JSON.string)) }
        if isInspected { object["inspect"] = true }
        if let trust { object["trust"] = .string(trust) }
        if !http.isEmpty { object["http"] = .array(http.map(\.canonicalJSON)) }
        return .object(object)
    }
}

extension HTTPRuleTemplate {
    fileprivate var canonicalJSON: JSON {
        var object = JSONObject()
        if !methods.isEmpty { object["methods"] = .array(methods.map { .string($0.rawValue) }) }
        if !paths.isEmpty { object["paths"] = .array(paths.map { .string($0.source) }) }
        if !headers.isEmpty {
            object["headers"] = .object(
                JSONObject(uniqueMembers: headers.map { ($0.name, $0.condition.canonicalJSON) }))
        }
        if let body { object["body"] = body.json }
        return .object(object)
    }
}

extension HeaderRule.Condition {
    fileprivate var canonicalJSON: JSON {
        switch self {
        case .present: ["present": true]
        case .absent: ["absent": true]
        case .oneOf(let values): ["oneOf": .array(values.map(JSON.string))]
        }
    }
}

extension Annotations {
    var canonicalJSON: JSON {
        [
            "readOnly": .bool(readOnly), "destructive": .bool(destructive), "idempotent": .bool(idempotent),
            "openWorld": .bool(openWorld),
        ]
    }
}

extension ToolLimits {
    fileprivate var canonicalObject: CanonicalObject {
        var object = CanonicalObject()
        object.add("time", time)
        object.add("memory", memory)
        object.add("output", output)
        return object
    }
}

extension ToolTest {
    fileprivate var canonicalJSON: JSON {
        let expectation: JSON
        switch expect {
        case .denied: expectation = "denied"
        case .failed: expectation = "failed"
        case .succeeds(let contains, let structured):
            var object = CanonicalObject()
            object.add("contains", contains)
            object.add("structured", structured)
            expectation = object.json
        }
        return ["call": call, "expect": expectation]
    }
}
