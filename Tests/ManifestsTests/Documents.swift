import StrictJSON

@testable import Manifests

/// Manifests that are right, for tests to break.
enum Documents {
    static let tool = """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: fs.read
        version: 1.0.0
        description: Reads a file.
        command: [agentbox-fs-read]
        inputSchema: {type: object, properties: {path: {type: string}}, additionalProperties: false}
        sandbox: pure

        """

    static let server = """
        apiVersion: agentbox.dev/v1
        kind: ToolServer
        name: time
        version: 1.0.0
        description: Tells the time.
        prefix: time
        command: [/usr/bin/time-server]
        sandbox: server
        tools:
          - name: now
            inputSchema: {type: object}
            digest: sha256:0000000000000000000000000000000000000000000000000000000000000000

        """

    static let sandbox = """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: mine
        description: For tests.

        """

    static let intent = """
        apiVersion: agentbox.dev/v1
        kind: Intent
        name: task
        purpose: A test.
        principal: alice@example.com

        """

    static let source = """
        apiVersion: agentbox.dev/v1
        kind: CredentialSource
        name: github

        """

    /// The lines of `source` that come first, so that a test's own lines start at line 4.
    static func source(_ lines: String) -> String { source + lines }
    /// The lines of `tool` that come first, so that a test's own lines start at line 9.
    static func tool(_ lines: String) -> String { tool + lines }
    /// The lines of `server` that come first, so that a test's own lines start at line 13.
    static func server(_ lines: String) -> String { server + lines }
    /// The lines of `sandbox` that come first, so that a test's own lines start at line 5.
    static func sandbox(_ lines: String) -> String { sandbox + lines }
    /// The lines of `intent` that come first, so that a test's own lines start at line 6.
    static func intent(_ lines: String) -> String { intent + lines }
}

/// One kind of manifest, for tests that are the same for each.
enum Kind: String, CaseIterable, Sendable {
    case tool, sandbox, intent
    case server = "tool-server"
    case source = "credential-source"

    /// The canonical form of the manifest.
    func load(_ bytes: [UInt8], file: String = "manifest.yaml") throws(ManifestErrors) -> JSON {
        switch self {
        case .tool: try Tool.load(bytes, file: file).canonicalJSON()
        case .server: try ToolServer.load(bytes, file: file).canonicalJSON()
        case .sandbox: try SandboxProfile.load(bytes, file: file).canonicalJSON()
        case .intent: try Intent.load(bytes, file: file).canonicalJSON()
        case .source: try SourceConfiguration.load(bytes, file: file).canonicalJSON()
        }
    }

    /// What is wrong with a manifest; empty if nothing is.
    func problems(_ text: String, file: String = "manifest.yaml") -> [ManifestProblem] {
        problems(Array(text.utf8), file: file)
    }

    func problems(_ bytes: [UInt8], file: String = "manifest.yaml") -> [ManifestProblem] {
        do throws(ManifestErrors) {
            _ = try load(bytes, file: file)
            return []
        } catch {
            return error.problems
        }
    }
}

extension ManifestProblem {
    /// `9:5 limits.time invalid-value`
    var place: String { "\(line):\(column) \(key.isEmpty ? "" : key + " ")\(code.rawValue)" }
}
