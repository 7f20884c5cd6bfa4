import Glibc
import LinuxIO
import StrictJSON

/// How far a log had been read when somebody last looked, so that opening costs the same however long the log is.
///
/// The file `log.mark` is a hint: it is used only if it belongs to this log and an entry ends where it says, and
/// ignored where anything does not fit. Entries before the mark were checked when it was written; `LedgerReader`
/// checks all of them again.
struct LogMark {
    private static let fileName = "log.mark"
    /// Calls of dead runs that nobody recovers stay open for ever; a mark that would grow past this is not written.
    private static let sizeLimit = 1 << 20

    let end: LogPosition
    /// Where the entry that ends at `end` begins.
    let last: Int64
    let openCalls: OpenCalls

    init(end: LogPosition, last: Int64, openCalls: OpenCalls) {
        self.end = end
        self.last = last
        self.openCalls = openCalls
    }

    /// Writes the mark beside the log. Call it under the lock. A failure costs the next opening time and nothing else.
    func write(folder: SharedDescriptor, origin: LogOrigin) {
        let temporary = Self.fileName + ".new"
        guard let payload = try? json(origin).canonical(), payload.count <= Self.sizeLimit else { return }
        do {
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
            let file = try Descriptor.open(temporary, in: folder, flags, mode: 0o600)
            try file.writeAll(Frame.encode(payload))
            try retrying("renameat") { renameat(folder.raw, temporary, folder.raw, Self.fileName) }
        } catch {
            unlinkat(folder.raw, temporary, 0)
        }
    }

    /// The mark of `log`, if there is one that fits.
    static func read(folder: SharedDescriptor, log: SharedDescriptor, origin: LogOrigin) -> LogMark? {
        guard let file = try? Descriptor.open(fileName, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? file.readAll(limit: sizeLimit + Frame.headerSize), bytes.count > Frame.headerSize,
            Frame.encode(Array(bytes[Frame.headerSize...])) == bytes,
            let value = try? JSON(parsing: Array(bytes[Frame.headerSize...])),
            value["origin"]?.stringValue == origin.description, let mark = LogMark(value)
        else { return nil }
        return mark.fits(log) ? mark : nil
    }

    /// True if a whole entry lies between `last` and `end`.
    private func fits(_ log: SharedDescriptor) -> Bool {
        let count = end.offset - last
        guard last >= LogPosition.start.offset, count > 0, count <= Int64(Frame.maximumSize),
            let bytes = try? log.read(count: Int(count), at: last), bytes.count == Int(count)
        else { return false }
        return bytes.withUnsafeBytes { Frame.read($0, at: 0) } == .payload(count: Int(count) - Frame.headerSize)
    }

    private func json(_ origin: LogOrigin) -> JSON {
        let calls = openCalls.decisions.map { call, position -> JSON in
            [.string(call.run), .string(call.call), .integer(position.offset), .integer(Int64(position.index))]
        }
        return [
            "origin": .string(origin.description), "offset": .integer(end.offset), "last": .integer(last),
            "index": .integer(Int64(end.index)), "open": .array(calls),
        ]
    }

    private init?(_ value: JSON) {
        guard let offset = value["offset"]?.integerValue, let index = value["index"]?.integerValue, index > 0,
            let last = value["last"]?.integerValue, let calls = value["open"]?.arrayValue
        else { return nil }
        var open = OpenCalls()
        for call in calls {
            guard let run = call[0]?.stringValue, let name = call[1]?.stringValue,
                let offset = call[2]?.integerValue, let index = call[3]?.integerValue, index >= 0
            else { return nil }
            let position = LogPosition(offset: offset, index: LedgerIndex(index))
            open.apply(CallChange(CallKey(run: run, call: name), decision: position))
        }
        self.init(end: LogPosition(offset: offset, index: LedgerIndex(index)), last: last, openCalls: open)
    }
}
