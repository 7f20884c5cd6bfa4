import LinuxIO
import StrictJSON

/// Which call made a change.
package struct ChangeOrigin: Hashable, Sendable {
    /// The tool's name.
    package let tool: String
    /// The call, as the ledger names it.
    package let call: String

    package init(tool: String, call: String) {
        self.tool = tool
        self.call = call
    }
}

/// What one call changed in the workspace: `changes/0001.json` in the run's folder, with the contents before and after
/// as `changes/blobs/HEX`, named by their SHA-256.
///
///     {"version": 1, "number": 1, "time": "2026-11-24T03:42:07.120Z", "tool": "fs.write", "call": "17",
///      "workspace": "/home/a/project",
///      "changes": [{"path": "a.txt", "kind": "modified", "entry": "file", "oldSize": 3, "newSize": 5,
///                   "oldDigest": "sha256:…", "newDigest": "sha256:…", "oldMode": 420, "newMode": 420}]}
package struct ChangeRecord: Hashable, Sendable {
    /// 1, 2, …: the order of publication within the run.
    package let number: Int
    package let time: Timestamp
    package let origin: ChangeOrigin
    /// The workspace's path on the host.
    package let workspace: String
    package let changes: [WorkspaceChange]

    static let version: Int64 = 1

    package func json() -> JSON {
        [
            "version": .integer(Self.version), "number": .integer(Int64(number)), "time": .string(time.description),
            "tool": .string(origin.tool), "call": .string(origin.call), "workspace": .string(workspace),
            "changes": .array(changes.map { $0.json() }),
        ]
    }

    init(number: Int, time: Timestamp, origin: ChangeOrigin, workspace: String, changes: [WorkspaceChange]) {
        self.number = number
        self.time = time
        self.origin = origin
        self.workspace = workspace
        self.changes = changes
    }

    /// Nil if the value is not a record of this version.
    package init?(_ json: JSON) {
        guard json["version"]?.integerValue == Self.version, let number = json["number"]?.integerValue, number > 0,
            let time = json["time"]?.stringValue.flatMap(Timestamp.init), let tool = json["tool"]?.stringValue,
            let call = json["call"]?.stringValue, let workspace = json["workspace"]?.stringValue,
            let values = json["changes"]?.arrayValue
        else { return nil }
        let changes = values.compactMap { WorkspaceChange($0) }
        guard changes.count == values.count else { return nil }
        self.init(
            number: Int(number), time: time, origin: ChangeOrigin(tool: tool, call: call), workspace: workspace,
            changes: changes)
    }
}

extension WorkspaceChange {
    package func json() -> JSON {
        var object = JSONObject()
        object["path"] = .string(path)
        object["kind"] = .string(kind.rawValue)
        object["entry"] = .string(entry.rawValue)
        object["oldSize"] = oldSize.map { .integer(Int64($0)) }
        object["newSize"] = newSize.map { .integer(Int64($0)) }
        object["oldDigest"] = oldDigest.map { .string($0) }
        object["newDigest"] = newDigest.map { .string($0) }
        object["oldMode"] = oldMode.map { .integer(Int64($0)) }
        object["newMode"] = newMode.map { .integer(Int64($0)) }
        object["review"] = review.map { .string($0) }
        return .object(object)
    }

    /// Nil if the value is none that `json()` writes.
    init?(_ json: JSON) {
        guard let path = json["path"]?.stringValue, let kind = json["kind"]?.stringValue.flatMap(Kind.init),
            let entry = json["entry"]?.stringValue.flatMap(Entry.init)
        else { return nil }
        func mode(_ key: String) -> UInt32? { json[key]?.integerValue.flatMap { UInt32(exactly: $0) } }
        self.init(
            path: path, kind: kind, entry: entry,
            oldSize: json["oldSize"]?.integerValue.map { Int($0) },
            newSize: json["newSize"]?.integerValue.map { Int($0) },
            oldDigest: json["oldDigest"]?.stringValue, newDigest: json["newDigest"]?.stringValue,
            oldMode: mode("oldMode"), newMode: mode("newMode"), review: json["review"]?.stringValue)
    }
}

extension ChangeOrigin {
    /// A person took back what the run did. Calls have other names.
    static let undo = ChangeOrigin(tool: "undo", call: "undo")

    package var isUndo: Bool { call == Self.undo.call }
}
