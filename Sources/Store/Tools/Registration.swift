import LinuxIO
import Manifests
import StrictJSON

/// What a tool's name means: the pin that registration makes, one JSON file each.
package struct Registration: Hashable, Sendable {
    package let name: ToolName
    /// Of the manifest's canonical form.
    package let manifestDigest: Digest
    /// Of the resolved profile's canonical form.
    package let profileDigest: Digest
    package let executable: Executable
    /// What runs the executable if that is a script.
    package let interpreter: Interpreter?
    /// The declared files, by their paths beside the manifest.
    package let files: [File]
    /// Of a tool server, what stands before the names of its tools, as its manifest says; nil for a tool.
    package let prefix: String?
    /// Covers all of the above: the name of the tool's folder in the store.
    package let toolDigest: Digest
    package let registeredAt: Timestamp
    /// What the sources were, by path, so that looking for changes need not read them all.
    let sources: [String: Source]

    /// What a call executes.
    package enum Executable: Hashable, Sendable {
        /// A copy in the tool's folder, by its relative path there.
        case stored(name: String, digest: Digest)
        case system(SystemProgram)
    }

    /// A script's interpreter.
    package struct Interpreter: Hashable, Sendable {
        package let program: SystemProgram
        package let argument: String?
    }

    /// A file of the tool.
    package struct File: Hashable, Sendable {
        package let path: String
        package let digest: Digest
    }

    /// A file outside the store, as it was when it had this digest.
    struct Source: Hashable, Sendable {
        let stamp: FileStamp
        let digest: Digest
    }

    package var executableDigest: Digest {
        switch executable {
        case .stored(_, let digest): digest
        case .system(let program): program.digest
        }
    }

    init(
        name: ToolName, manifestDigest: Digest, profileDigest: Digest, executable: Executable,
        interpreter: Interpreter?, files: [File], prefix: String? = nil, sources: [String: Source],
        registeredAt: Timestamp = .now()
    ) throws(JSONError) {
        self.name = name
        self.manifestDigest = manifestDigest
        self.profileDigest = profileDigest
        self.executable = executable
        self.interpreter = interpreter
        self.files = files
        self.prefix = prefix
        self.sources = sources
        self.registeredAt = registeredAt
        toolDigest = try CanonicalDigest.of(
            Self.contents(name, manifestDigest, profileDigest, executable, interpreter, files))
    }

    /// Equal if the name means the same since the same moment, whatever the sources' time stamps are.
    package static func == (left: Self, right: Self) -> Bool {
        left.toolDigest == right.toolDigest && left.registeredAt == right.registeredAt
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(toolDigest)
        hasher.combine(registeredAt)
    }

    /// What the tool is, without where and when it was registered.
    package var contents: JSON {
        Self.contents(name, manifestDigest, profileDigest, executable, interpreter, files)
    }

    private static func contents(
        _ name: ToolName, _ manifest: Digest, _ profile: Digest, _ executable: Executable, _ interpreter: Interpreter?,
        _ files: [File]
    ) -> JSON {
        var object: JSON
        switch executable {
        case .stored(let path, let digest):
            object = ["executable": ["file": .string(path), "digest": .string(digest.description)]]
        case .system(let program):
            object = ["executable": Self.contents(of: program)]
        }
        var members = object.objectValue ?? JSONObject()
        members["name"] = .string(name.rawValue)
        members["manifest"] = .string(manifest.description)
        members["profile"] = .string(profile.description)
        if let interpreter {
            members["interpreter"] = [
                "program": Self.contents(of: interpreter.program),
                "argument": interpreter.argument.map(JSON.string) ?? .null,
            ]
        }
        members["files"] = .object(
            files.reduce(into: JSONObject()) { $0[$1.path] = .string($1.digest.description) })
        return .object(members)
    }

    private static func contents(of program: SystemProgram) -> JSON {
        [
            "name": .string(program.name), "path": .string(program.path),
            "digest": .string(program.digest.description),
        ]
    }
}
