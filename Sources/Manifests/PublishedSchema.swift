import StrictJSON

/// The JSON Schemas (2020-12) of the kinds, for editors and for validators that are not ours. They come from the
/// shapes that decode the manifests. What a schema cannot express, `agentbox … check` still finds.
package enum PublishedSchema {
    package static var tool: JSON { document("tool", title: "agentbox tool", Tool.shape.schema) }
    package static var toolServer: JSON {
        document("tool-server", title: "agentbox tool server", ToolServer.shape.schema)
    }
    package static var sandbox: JSON {
        document("sandbox", title: "agentbox sandbox profile", SandboxProfile.shape.schema)
    }
    package static var intent: JSON {
        document("intent", title: "agentbox intent", Intent.shape.schema, definitions: Constraint.definitions)
    }

    package static var credentialSource: JSON {
        document("credential-source", title: "agentbox credential source", SourceConfiguration.shape.schema)
    }

    private static func document(_ name: String, title: String, _ schema: JSON, definitions: JSON? = nil) -> JSON {
        var object: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": .string("https://\(Manifests.apiVersion)/\(name).schema.json"), "title": .string(title),
        ]
        for (key, value) in schema.objectValue ?? JSONObject() { object[key] = value }
        if let definitions { object["$defs"] = definitions }
        return .object(object)
    }
}
