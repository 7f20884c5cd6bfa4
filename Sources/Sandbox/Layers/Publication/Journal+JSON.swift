import LinuxIO
import StrictJSON

/// Inode numbers use all 64 bits: they are written as text.
extension InodeNumber {
    func json() -> JSON { .string("\(device):\(inode)") }

    init?(_ json: JSON) {
        let parts = json.stringValue?.split(separator: ":").compactMap { UInt64($0) } ?? []
        guard parts.count == 2 else { return nil }
        self.init(device: parts[0], inode: parts[1])
    }
}

extension FileStamp {
    func json() -> JSON {
        [
            "inode": inode.json(), "size": .integer(size), "isFolder": .bool(isFolder),
            "modified": [.integer(modified.seconds), .integer(modified.nanoseconds)],
        ]
    }

    init?(_ json: JSON) {
        guard let inode = json["inode"].flatMap(InodeNumber.init), let size = json["size"]?.integerValue,
            let isFolder = json["isFolder"]?.boolValue, let seconds = json["modified"]?[0]?.integerValue,
            let nanoseconds = json["modified"]?[1]?.integerValue
        else { return nil }
        let modified = FileTime(seconds: seconds, nanoseconds: nanoseconds)
        self.init(inode: inode, size: size, modified: modified, isFolder: isFolder)
    }
}

extension PublishOperation {
    func json() -> JSON {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["folder"] = .string(folder)
        object["folderIdentity"] = folderIdentity.json()
        object["name"] = .string(name)
        object["temporary"] = .string(temporary)
        object["lock"] = lock.map { .string($0) }
        object["base"] = base?.json()
        object["oldMode"] = oldMode.map { .integer(Int64($0)) }
        object["newMode"] = newMode.map { .integer(Int64($0)) }
        object["contents"] = .array(contents.map { .string($0) })
        return .object(object)
    }

    init?(_ json: JSON) {
        func mode(_ key: String) -> UInt32? { json[key]?.integerValue.flatMap { UInt32(exactly: $0) } }
        guard let kind = json["kind"]?.stringValue.flatMap(Kind.init), let folder = json["folder"]?.stringValue,
            let identity = json["folderIdentity"].flatMap(InodeNumber.init), let name = json["name"]?.stringValue,
            let temporary = json["temporary"]?.stringValue, let contents = json["contents"]?.arrayValue
        else { return nil }
        self.init(
            kind: kind, folder: folder, folderIdentity: identity, name: name, temporary: temporary,
            lock: json["lock"]?.stringValue, base: json["base"].flatMap(FileStamp.init),
            oldMode: mode("oldMode"), newMode: mode("newMode"), contents: contents.compactMap(\.stringValue))
    }
}
