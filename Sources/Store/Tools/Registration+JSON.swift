import LinuxIO
import Manifests
import StrictJSON

extension Registration {
    /// The version of the file's form.
    private static let format: Int64 = 1

    /// The pin's file.
    var json: JSON {
        var object = JSONObject()
        object["format"] = .integer(Self.format)
        object["name"] = .string(name.rawValue)
        object["manifestDigest"] = .string(manifestDigest.description)
        object["profileDigest"] = .string(profileDigest.description)
        object["toolDigest"] = .string(toolDigest.description)
        object["prefix"] = prefix.map(JSON.string)
        object["registeredAt"] = .string(registeredAt.description)
        switch executable {
        case .stored(let name, let digest):
            object["executable"] = ["stored": .string(name), "digest": .string(digest.description)]
        case .system(let program):
            object["executable"] = ["system": program.json]
        }
        if let interpreter {
            object["interpreter"] = [
                "program": interpreter.program.json, "argument": interpreter.argument.map(JSON.string) ?? .null,
            ]
        }
        object["files"] = .array(
            files.map { ["path": .string($0.path), "digest": .string($0.digest.description)] })
        object["sources"] = .object(
            sources.sorted { $0.key < $1.key }.reduce(into: JSONObject()) {
                $0[$1.key] = ["stamp": $1.value.stamp.json, "digest": .string($1.value.digest.description)]
            })
        return .object(object)
    }

    /// Reads a pin back; nil if anything is missing or does not fit together.
    init?(_ json: JSON) {
        guard json["format"]?.integerValue == Self.format,
            let name = json["name"]?.stringValue.flatMap({ ToolName(manifest: $0) }),
            let manifest = Self.digest(json["manifestDigest"]), let profile = Self.digest(json["profileDigest"]),
            let registeredAt = json["registeredAt"]?.stringValue.flatMap({ Timestamp($0) }),
            let executable = json["executable"].flatMap(Self.executable),
            let fileList = json["files"]?.arrayValue, let sourceList = json["sources"]?.objectValue
        else { return nil }
        var interpreter: Interpreter?
        if let value = json["interpreter"] {
            guard let program = value["program"].flatMap({ SystemProgram($0) }), let argument = value["argument"],
                argument.isNull || argument.stringValue != nil
            else { return nil }
            interpreter = Interpreter(program: program, argument: argument.stringValue)
        }
        var files: [File] = []
        for file in fileList {
            guard let path = file["path"]?.stringValue, let digest = Self.digest(file["digest"]) else { return nil }
            files.append(File(path: path, digest: digest))
        }
        var sources: [String: Source] = [:]
        for (path, value) in sourceList {
            guard let stamp = value["stamp"].flatMap({ FileStamp($0) }), let digest = Self.digest(value["digest"])
            else {
                return nil
            }
            sources[path] = Source(stamp: stamp, digest: digest)
        }
        let read = try? Registration(
            name: name, manifestDigest: manifest, profileDigest: profile, executable: executable,
            interpreter: interpreter, files: files, prefix: json["prefix"]?.stringValue, sources: sources,
            registeredAt: registeredAt)
        guard let read, read.toolDigest == Self.digest(json["toolDigest"]) else { return nil }
        self = read
    }

    private static func executable(_ json: JSON) -> Executable? {
        if let program = json["system"] { return SystemProgram(program).map { .system($0) } }
        guard let name = json["stored"]?.stringValue, let digest = digest(json["digest"]) else { return nil }
        return .stored(name: name, digest: digest)
    }

    private static func digest(_ json: JSON?) -> Digest? { json?.stringValue.flatMap { Digest($0) } }
}
