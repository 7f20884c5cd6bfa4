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
        return .object(object)
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
