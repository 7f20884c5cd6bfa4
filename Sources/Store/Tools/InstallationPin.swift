import StrictJSON

/// Which agentbox last registered its bundled tools: the digest of the executable `agentbox` itself.
///
/// Bundled tools are registered without a person being asked once for each such executable, and only then. Whoever can
/// replace `agentbox` needs no pins: he is trusted with everything anyway. Whoever can only change or add a bundled
/// tool's manifest or executable, such as an agent whose workspace is a checkout of agentbox, gets nothing by it: the
/// executable is the same, so the tool is as any that changed or that nobody has registered.
struct InstallationPin: Hashable, Sendable {
    static let fileName = "installation.json"

    let executable: String
    let stamp: FileStamp
    let digest: Digest

    init(executable: String, stamp: FileStamp, digest: Digest) {
        self.executable = executable
        self.stamp = stamp
        self.digest = digest
    }

    var json: JSON {
        ["executable": .string(executable), "stamp": stamp.json, "digest": .string(digest.description)]
    }

    init?(_ json: JSON) {
        guard let executable = json["executable"]?.stringValue, let stamp = json["stamp"].flatMap({ FileStamp($0) }),
            let digest = json["digest"]?.stringValue.flatMap({ Digest($0) })
        else { return nil }
        self.init(executable: executable, stamp: stamp, digest: digest)
    }
}
