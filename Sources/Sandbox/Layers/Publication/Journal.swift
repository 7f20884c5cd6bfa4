import Glibc
import LinuxIO
import StrictJSON

/// What a publication is about to do, on disk before it does it, so that the next start can finish it or take it back.
///
/// Lines of JSON: `staging` names the temporary files, `staged` says which inodes they became and is durable before the
/// first rename. That the publication counts, the change record says that goes with it: without its record it is rolled
/// back, with it carried out to the end. `settled` says that nothing of it is left to be carried out. A line that was torn
/// by the crash counts as not written.
struct Journal {
    static let name = "journal"
    private static let largest = 64 << 20
    /// To be flushed after `staged`.
    let file: SharedDescriptor

    /// What was found of a journal.
    struct Found {
        let plan: JournalPlan
        /// Nil: nothing was renamed yet.
        let stamps: [FileStamp?]?
        let isSettled: Bool
    }

    /// A new journal in the folder of its layer, where an empty one may lie ready.
    init(in folder: SharedDescriptor, _ plan: JournalPlan) throws(SystemError) {
        file = try Self.make(in: folder)
        guard try file.status().size == 0 else { throw SystemError(call: "open", errno: EEXIST, subject: Self.name) }
        // Not flushed: if the power fails now, all that is lost is who made some temporary files.
        try append(plan.json())
    }

    /// An empty one.
    @discardableResult
    static func make(in folder: SharedDescriptor) throws(SystemError) -> SharedDescriptor {
        try Descriptor.open(name, in: folder, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600).shared()
    }

    /// After staging: what each temporary file is, in the order of the operations; nil where nothing is staged.
    func staged(_ stamps: [FileStamp?]) throws(SystemError) {
        try append(["state": "staged", "stamps": .array(stamps.map { $0?.json() ?? .null })])
    }

    /// After the last flush: what a person does from now on is not undone by a recovery that means to complete this.
    func settled() throws(SystemError) { try append(["state": "settled"]) }

    private func append(_ line: JSON) throws(SystemError) {
        try file.writeAll(line.encoded() + [UInt8(ascii: "\n")])
    }

    /// What is left of a publication in the folder of a layer; nil if there was none, or none that began.
    static func read(in folder: SharedDescriptor) throws -> Found? {
        guard try folder.inode(name) != nil else { return nil }
        let bytes = try Descriptor.open(name, in: folder, O_RDONLY | O_NOFOLLOW).readAll(limit: largest)
        // What follows the last line feed was torn.
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")) ?? bytes.startIndex
        let lines = try bytes[..<end].split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
        guard let first = lines.first else { return nil }
        guard let plan = JournalPlan(first) else {
            throw LayerError(.damagedRecord, "a journal of a publication is damaged")
        }
        let stamps = lines.dropFirst().first?["stamps"]?.arrayValue?.map { FileStamp($0) }
        if let stamps, stamps.count != plan.operations.count {
            throw LayerError(.damagedRecord, "a journal of a publication is damaged")
        }
        return Found(plan: plan, stamps: stamps, isSettled: lines.last?["state"]?.stringValue == "settled")
    }
}

/// The first line of a journal.
struct JournalPlan: Sendable {
    let workspace: String
    let root: InodeNumber
    /// The number of the change record that goes with it.
    let record: Int
    let operations: [PublishOperation]

    init(workspace: String, root: InodeNumber, record: Int, operations: [PublishOperation]) {
        self.workspace = workspace
        self.root = root
        self.record = record
        self.operations = operations
    }

    func json() -> JSON {
        [
            "version": 1, "state": "staging", "workspace": .string(workspace), "root": root.json(),
            "record": .integer(Int64(record)), "operations": .array(operations.map { $0.json() }),
        ]
    }

    init?(_ json: JSON) {
        guard json["version"]?.integerValue == 1, let workspace = json["workspace"]?.stringValue,
            let root = json["root"].flatMap(InodeNumber.init), let record = json["record"]?.integerValue,
            let values = json["operations"]?.arrayValue
        else { return nil }
        let operations = values.compactMap { PublishOperation($0) }
        guard operations.count == values.count else { return nil }
        self.init(workspace: workspace, root: root, record: Int(record), operations: operations)
    }
}
