import Glibc
import StrictJSON
import TestSupport

/// The hostile program of Tests/Escapes, built once: what runs as a tool, as an agent, and outside as the control.
enum Probe {
    /// Where it was built; the folder lives as long as the test process.
    private static let built: (folder: TemporaryFolder, path: String)? = {
        guard let folder = try? TemporaryFolder() else { return nil }
        let path = folder("probe")
        let source = InstalledAgentbox.checkout + "/Tests/Escapes/probe"
        let result = Command.run(["/usr/bin/make", "-s", "-C", source, "OUT=\(path)", path])
        guard result.status == 0 else {
            print("the probe does not build: \(result.errorOutput)")
            return nil
        }
        return (folder, path)
    }()

    /// Its path, for whoever runs the tests.
    static func path() throws -> String {
        guard let built else { throw TestSupportError("the probe does not build") }
        return built.path
    }

    /// Puts a copy into a folder of a scene.
    static func copy(to folder: TemporaryFolder, as name: String) throws {
        let bytes = try Self.bytes()
        try folder.write(name, bytes, mode: 0o755)
    }

    private static func bytes() throws -> [UInt8] {
        _ = try path()
        guard let built else { return [] }
        return try built.folder.read("probe")
    }

    /// Everything that it tries.
    static func attempts() throws -> [Attempt] {
        try Command.run([try path(), "--list"]).output.split(separator: "\n").map { line in
            try Attempt(try JSON(parsing: String(line)))
        }
    }
}

/// One thing that the probe tries, and what came of it if it was tried.
struct Attempt: Sendable {
    enum Result: String, Sendable { case listed, refused, succeeded, absent, skipped }

    let name: String
    let area: String
    let result: Result
    let detail: String
    /// Outside, only root gets through.
    let needsRoot: Bool
    /// Has to be asked for by its name: it ends its call, or outlives it.
    let runsAlone: Bool
    let advisory: String?

    init(_ json: JSON) throws {
        guard let name = json["attempt"]?.stringValue, let area = json["area"]?.stringValue,
            let result = json["result"]?.stringValue.flatMap(Result.init), let detail = json["detail"]?.stringValue
        else { throw TestSupportError("not an attempt: \(json.encodedString())") }
        self.name = name
        self.area = area
        self.result = result
        self.detail = detail
        needsRoot = json["needs"] == "root"
        runsAlone = json["alone"] == true
        advisory = json["advisory"]?.stringValue
    }
}
