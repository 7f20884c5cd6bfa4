import Diagnostics
import Manifests
import StrictJSON

/// The manifest of one operation.
struct ToolText {
    let text: String

    private static let longestDescription = 2000

    init(_ operation: Operation, _ server: ToolImport.Server, _ options: ToolImport.Options) {
        let isReading = ["GET", "HEAD", "OPTIONS"].contains(operation.method)
        let isIdempotent = operation.method != "POST" && operation.method != "PATCH"
        let pattern = server.path + Self.pattern(of: operation)
        var lines = [
            "# \(operation.method) \(VisibleText.line(operation.path)), from an OpenAPI description. The call can make this request and no other.",
            "apiVersion: agentbox.dev/v1", "kind: Tool", "name: \(options.prefix).\(operation.name)", "version: 1.0.0",
        ]
        if let title = operation.title.map({ Self.line($0, 100) }), !title.isEmpty {
            lines.append("title: \(YAMLText.value(.string(title)))")
        }
        lines.append(
            "description: \(YAMLText.value(.string(Self.line(operation.description, Self.longestDescription))))")
        lines.append("command: \(YAMLText.value(.array(Self.words(operation, server).map(JSON.string))))")
        lines.append("inputSchema: \(YAMLText.value(Self.inputSchema(operation)))")
        lines.append("outputSchema: \(YAMLText.value(Self.outputSchema))")
        lines.append(
            "annotations: {readOnly: \(isReading), destructive: \(!isReading), idempotent: \(isIdempotent), openWorld: true}"
        )
        lines += [
            "sandbox: fetch", "grants:", "  - connect: \(YAMLText.value(.string(server.origin)))",
            "    http:",
            "      - {methods: [\(operation.method)], paths: [\(YAMLText.value(.string(pattern)))]}",
        ]
        if let credential = operation.credential {
            let source = options.source ?? Self.sourceName(credential.scheme)
            lines += ["credentials:", "  - name: \(Self.sourceName(credential.scheme))", "    source: \(source)"]
            if !credential.scopes.isEmpty {
                lines.append("    scope: {scopes: \(YAMLText.value(.array(credential.scopes.map(JSON.string))))}")
            }
            let headers = credential.header.map { "headers: [\(YAMLText.value(.string($0)))], " } ?? ""
            lines += [
                "    deliver:",
                "      broker: {to: \(YAMLText.value(.string(server.origin))), methods: [\(operation.method)], "
                    + "paths: [\(YAMLText.value(.string(pattern)))], \(headers)variable: \(Self.variable)}",
            ]
        }
        lines += ["labels: {output: [untrusted]}", "limits: {time: 60s, output: 4MiB}"]
        text = lines.joined(separator: "\n") + "\n"
    }

    private static let variable = "API_TOKEN"

    /// `/repos/${args.owner}`.
    private static func pattern(of operation: Operation) -> String {
        // Nothing that the description says may become an argument or a star of the grant.
        let literal = operation.path.replacing("*", with: "%2A").replacing("${", with: "$${")
        return operation.parameters.filter { $0.place == .path }.reduce(literal) { path, parameter in
            path.replacing("{\(parameter.name)}", with: "${args.\(parameter.name)}")
        }
    }

    private static func words(_ operation: Operation, _ server: ToolImport.Server) -> [String] {
        func literal(_ text: String) -> String { text.replacing("${", with: "$${") }
        var words = [
            "agentbox-http-request", "--method", operation.method, "--base", server.origin + server.path, "--path",
            literal(operation.path),
        ]
        for parameter in operation.parameters where parameter.place != .path {
            words += [
                "--" + parameter.place.rawValue,
                "\(literal(parameter.name))=\(literal(parameter.name))",
            ]
        }
        if let body = operation.body { words += ["--body", "body", "--send-as", literal(body.contentType)] }
        if let credential = operation.credential {
            words +=
                credential.header.map { ["--token-header", "\(literal($0))=\(variable)"] } ?? ["--bearer", variable]
        }
        return words
    }

    private static func inputSchema(_ operation: Operation) -> JSON {
        var properties = JSONObject()
        var required: [JSON] = []
        for parameter in operation.parameters {
            properties[parameter.name] = parameter.schema
            if parameter.isRequired { required.append(.string(parameter.name)) }
        }
        if let body = operation.body {
            properties["body"] = body.schema
            if body.isRequired { required.append("body") }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return .object(schema)
    }

    private static let outputSchema: JSON = [
        "type": "object",
        "properties": [
            "status": ["type": "integer", "minimum": 0], "contentType": ["type": "string"],
            "location": ["type": "string"],
            "json": true, "body": ["type": "string"], "size": ["type": "integer", "minimum": 0],
            "complete": ["type": "boolean"],
        ],
        "required": ["status", "size", "complete"], "additionalProperties": false,
    ]

    private static func line(_ text: String, _ most: Int) -> String {
        let words = text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        return words.unicodeScalars.count <= most ? words : String(words.prefix(most - 1)) + "…"
    }

    private static func sourceName(_ scheme: String) -> String { OperationReader.name(scheme) }
}
