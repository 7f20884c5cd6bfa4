import StrictJSON

extension ToolServer {
    /// What digests of the manifest are taken of, and what registration shows the differences of.
    package func canonicalJSON() -> JSON {
        var object = CanonicalObject(kind: "ToolServer")
        object.add("name", name.rawValue)
        object.add("version", version)
        object.add("title", title)
        object.add("description", description)
        object.add("prefix", prefix)
        object.add("command", command.map(\.source))
        object.add("sandbox", sandbox.rawValue)
        object.add("grants", .array(grants.map { [$0.word.rawValue: .string($0.value.source)] }))
        object.add("labels", ["output": .array(outputLabels.map { .string($0.rawValue) })])
        object.add("limits", limits.canonicalObject.json)
        object.add("files", files)
        object.add("tools", .array(tools.map(\.canonicalJSON)))
        return object.json
    }
}

extension ServerLimits {
    fileprivate var canonicalObject: CanonicalObject {
        var object = CanonicalObject()
        object.add("time", time)
        object.add("start", start)
        object.add("memory", memory)
        object.add("output", output)
        return object
    }
}

extension ServerTool {
    fileprivate var canonicalJSON: JSON {
        var object = CanonicalObject()
        object.add("name", name)
        object.add("title", title)
        object.add("description", description)
        object.add("inputSchema", inputSchema)
        object.add("outputSchema", outputSchema)
        object.add("annotations", annotations.canonicalJSON)
        object.add("digest", digest)
        return object.json
    }
}
