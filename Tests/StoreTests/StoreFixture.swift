import Glibc
import LinuxIO
import Manifests
import StrictJSON
import TestSupport

@testable import Store

/// A home, an installation and a tool's folder, which clean themselves.
struct StoreFixture {
    let folder: TemporaryFolder
    let home: Home

    init() throws {
        folder = try TemporaryFolder()
        home = try Home(folder("home"))
        try folder.folder("libexec")
        try folder.write("agentbox", "\u{7F}ELF agentbox", mode: 0o755)
        try program("libexec/agentbox-fs-read", "reads")
    }

    var installation: Installation {
        Installation(
            executable: folder("agentbox"), programs: folder("libexec"), tools: folder("Tools"),
            sandboxes: folder("Sandboxes"))
    }

    func registrar() throws -> ToolRegistrar { try ToolRegistrar(home, installation) }

    /// Writes what passes for a program: registration looks at the first bytes and runs nothing.
    @discardableResult
    func program(_ name: String, _ content: String) throws -> String {
        try folder.write(name, "\u{7F}ELF " + content, mode: 0o755)
    }

    /// A tool in the folder `tool`, whose executable is `command`.
    func source(
        _ command: String = "./run", description: String = "Does it.", files: [String] = [],
        profile: JSON = ["name": "pure", "tmp": 0]
    ) throws -> ToolSource {
        let manifest = """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: test.tool
            version: 1.0.0
            description: \(description)
            command: ["\(command)"]
            inputSchema: {type: object, additionalProperties: false}
            annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: false}
            sandbox: pure
            files: [\(files.map { "\"\($0)\"" }.joined(separator: ", "))]
            """
        let file = try folder.write("tool/tool.yaml", manifest)
        let tool = try Tool.load(Array(manifest.utf8), file: file)
        return ToolSource(tool: tool, folder: folder("tool"), profile: profile)
    }

    /// The bytes that an open file holds.
    static func content(_ file: SharedDescriptor) throws -> [UInt8] { try file.readAll(limit: 64 << 20) }

    static func text(_ file: SharedDescriptor) throws -> String {
        String(decoding: try content(file), as: UTF8.self)
    }
}
