import Diagnostics
import StrictJSON

extension Tool {
    /// Loads a tool manifest. `file` names it in errors.
    package static func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> Tool {
        try Document(kind: "Tool", shape: shape).load(bytes, file: file)
    }

    /// Loads a tool manifest from a file.
    package static func load(path: String) throws(ManifestErrors) -> Tool {
        try load(try ManifestFile.bytes(of: path), file: path)
    }
}

extension ToolServer {
    /// Loads a tool server's manifest. `file` names it in errors.
    package static func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> ToolServer {
        try Document(kind: "ToolServer", shape: shape).load(bytes, file: file)
    }

    /// Loads a tool server's manifest from a file.
    package static func load(path: String) throws(ManifestErrors) -> ToolServer {
        try load(try ManifestFile.bytes(of: path), file: path)
    }
}

extension SandboxProfile {
    /// Loads a sandbox profile. `file` names it in errors.
    package static func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> SandboxProfile {
        try Document(kind: "Sandbox", shape: shape).load(bytes, file: file)
    }

    /// Loads a sandbox profile from a file.
    package static func load(path: String) throws(ManifestErrors) -> SandboxProfile {
        try load(try ManifestFile.bytes(of: path), file: path)
    }
}

extension Intent {
    /// Loads an intent manifest. `file` names it in errors.
    package static func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> Intent {
        try Document(kind: "Intent", shape: shape).load(bytes, file: file)
    }

    /// Loads an intent manifest from a file.
    package static func load(path: String) throws(ManifestErrors) -> Intent {
        try load(try ManifestFile.bytes(of: path), file: path)
    }
}

extension SourceConfiguration {
    /// Loads a credential source. `file` names it in errors.
    package static func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> SourceConfiguration {
        try Document(kind: "CredentialSource", shape: shape).load(bytes, file: file)
    }
}

/// A file of one kind: all of it, or everything that is wrong with it.
private struct Document<Value: Sendable> {
    let kind: String
    let shape: Shape<Value>

    func load(_ bytes: [UInt8], file: String) throws(ManifestErrors) -> Value {
        var problems = ProblemList(file: file)
        guard let tree = ManifestFile.parse(bytes, &problems) else { throw errors(problems) }
        var decoding = Decoding(problems, SourcePlaces(bytes))
        // Of another kind or version every key would be wrong, and only this would be worth reading.
        guard isOurs(tree, &decoding) else { throw errors(decoding.problems) }
        guard let value = shape.decode(tree, &decoding), decoding.problems.isEmpty else {
            throw errors(decoding.problems)
        }
        return value
    }

    private func isOurs(_ tree: Located, _ decoding: inout Decoding) -> Bool {
        if let version = tree["apiVersion"], version.json != .string(Manifests.apiVersion) {
            decoding.report(
                .invalidValue, in: tree, at: ["apiVersion"],
                "expected \(VisibleText.quoted(Manifests.apiVersion)), found \(version.found)")
            return false
        }
        guard let found = tree["kind"], found.json != .string(kind) else { return true }
        let isOther = kind == "Tool" && found.json == "ToolServer"
        decoding.report(
            .invalidValue, in: tree, at: ["kind"],
            "expected a manifest of kind \(VisibleText.quoted(kind)), found \(found.found)",
            suggestion: isOther
                ? "name the file `tool-server.yaml`" : Nearest.advice(for: found.json.stringValue ?? "", among: [kind]))
        return false
    }

    /// INVARIANT: a document that is not loaded has a problem to show for it.
    private func errors(_ problems: ProblemList) -> ManifestErrors {
        problems.errors ?? .unreadable(problems.file, "it cannot be decoded")
    }
}
