import LinuxIO
import StrictJSON

/// A tool was registered: from now on this is what its name means.
package struct RegisteredEntry: LedgerEntry {
    package static let kind = "registered"

    package var time: Timestamp
    package var tool: String
    /// Covers the manifest, the executable, the files and the profile.
    package var toolDigest: String
    /// What the name meant before; nil for a first registration.
    package var previousDigest: String?
    /// `person`, or `installation` for a bundled tool that came with a new agentbox.
    package var by: String
    /// What changed, one difference each.
    package var differences: [String]

    package init(
        time: Timestamp = .now(), tool: String, toolDigest: String, previousDigest: String?, by: String,
        differences: [String]
    ) {
        self.time = time
        self.tool = tool
        self.toolDigest = toolDigest
        self.previousDigest = previousDigest
        self.by = by
        self.differences = Self.fitting(differences)
    }

    /// As many lines as an entry has room for.
    private static func fitting(_ lines: [String]) -> [String] {
        var room = 48 << 10
        let kept = lines.prefix { line in
            room -= JSON.string(line).encoded().count
            return room >= 0
        }
        return kept.count == lines.count ? lines : kept + ["… and \(lines.count - kept.count) more"]
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["tool"] = .string(tool)
        object["toolDigest"] = .string(toolDigest)
        object["previousDigest"] = previousDigest.map(JSON.string)
        object["by"] = .string(by)
        object["differences"] = .array(differences.map(JSON.string))
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        tool = try members.string("tool")
        toolDigest = try members.string("toolDigest")
        previousDigest = try members.optionalString("previousDigest")
        by = try members.string("by")
        differences = try members.strings("differences")
    }
}
