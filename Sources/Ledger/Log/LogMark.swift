import Glibc
import LinuxIO
import StrictJSON

/// How far a log had been read when somebody last looked, so that opening costs the same however long the log is.
///
/// The file `log.mark` is a hint: it is used only if it belongs to this log and an entry ends where it says, and
/// ignored where anything does not fit. What it says of the tree has to lead to the hash that the newest checkpoint
/// signs. Entries before the mark were checked when it was written; `audit verify` checks all of them again.
struct LogMark {
    private static let fileName = "log.mark"
    /// Calls of dead runs that nobody recovers stay open for ever; a mark that would grow past this is not written.
    private static let sizeLimit = 1 << 20

    /// A log of up to so many bytes before its mark is read as a whole all the same, in less than a millisecond.
    static let wholeReading: Int64 = 256 << 10

    let state: LogState

    init(_ state: LogState) {
        self.state = state
    }

    /// Writes the mark beside the log. Call it under the lock, when a checkpoint of all of it is on the disk. A failure
    /// costs the next opening time and nothing else.
    func write(folder: SharedDescriptor, origin: LogOrigin) {
        guard let payload = try? json(origin).canonical(), payload.count <= Self.sizeLimit else { return }
        try? WholeFile.write(Frame.encode(payload), to: Self.fileName, in: folder, mode: 0o600, durable: false)
    }

    /// The mark of `log`, if there is one that fits.
    static func read(folder: SharedDescriptor, log: SharedDescriptor, origin: LogOrigin) -> LogMark? {
        guard let mark = read(folder: folder, origin: origin) else { return nil }
        return mark.fits(log) ? mark : nil
    }

    /// How many entries the log had when its mark was written; nil without a mark of this log.
    static func size(folder: SharedDescriptor, origin: LogOrigin) -> UInt64? {
        read(folder: folder, origin: origin)?.state.end.index
    }

    private static func read(folder: SharedDescriptor, origin: LogOrigin) -> LogMark? {
        guard let file = try? Descriptor.open(fileName, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? file.readAll(limit: sizeLimit + Frame.headerSize), bytes.count > Frame.headerSize,
            Frame.encode(Array(bytes[Frame.headerSize...])) == bytes,
            let value = try? JSON(parsing: Array(bytes[Frame.headerSize...])),
            value["origin"]?.stringValue == origin.description
        else { return nil }
        return LogMark(value)
    }

    /// True if a whole entry ends where the mark says.
    private func fits(_ log: SharedDescriptor) -> Bool {
        guard let last = state.last else { return false }
        let count = state.end.offset - last
        guard last >= LogPosition.start.offset, count > 0, count <= Int64(Frame.maximumSize),
            let bytes = try? log.read(count: Int(count), at: last), bytes.count == Int(count)
        else { return false }
        return bytes.withUnsafeBytes { Frame.read($0, at: 0) } == .payload(count: Int(count) - Frame.headerSize)
    }

    private func json(_ origin: LogOrigin) -> JSON {
        let calls = state.openCalls.decisions.map { call, position -> JSON in
            [.string(call.run), .string(call.call), .integer(position.offset), .integer(Int64(position.index))]
        }
        return [
            "origin": .string(origin.description), "offset": .integer(state.end.offset),
            "last": .integer(state.last ?? 0), "index": .integer(Int64(state.end.index)),
            "epoch": .integer(Int64(state.epoch)), "tree": .array(state.tree.hashes.map { .string($0.base64) }),
            "open": .array(calls),
        ]
    }

    private init?(_ value: JSON) {
        guard let offset = value["offset"]?.integerValue, let index = value["index"]?.integerValue, index > 0,
            let last = value["last"]?.integerValue, let epoch = value["epoch"]?.integerValue, epoch > 0,
            let hashes = value["tree"]?.arrayValue?.compactMap({ $0.stringValue.flatMap { TreeHash(base64: $0) } }),
            let tree = CompactRange(size: UInt64(index), hashes: hashes), let calls = value["open"]?.arrayValue
        else { return nil }
        var open = OpenCalls()
        for call in calls {
            guard let run = call[0]?.stringValue, let name = call[1]?.stringValue,
                let offset = call[2]?.integerValue, let index = call[3]?.integerValue, index >= 0
            else { return nil }
            let position = LogPosition(offset: offset, index: LedgerIndex(index))
            open.apply(CallChange(CallKey(run: run, call: name), decision: position))
        }
        state = LogState(
            end: LogPosition(offset: offset, index: LedgerIndex(index)), last: last, tree: tree, openCalls: open,
            epoch: Int(epoch))
    }
}
