import LinuxIO

/// Where in a log something stands: a byte, and the number of the entry that begins there.
package struct LogPosition: Hashable, Sendable {
    package var offset: Int64
    package var index: LedgerIndex

    package init(offset: Int64, index: LedgerIndex) {
        self.offset = offset
        self.index = index
    }

    /// The first entry of a log.
    package static let start = LogPosition(offset: Int64(LogHeader.size), index: 0)
}

/// Reads frames one after another, in large pieces and constant memory.
struct LogScanner {
    private let file: SharedDescriptor
    /// Where the next frame begins.
    private(set) var position: LogPosition
    private var buffer: [UInt8] = []
    /// Where `position` is in `buffer`.
    private var start = 0
    private let pieceSize: Int

    init(_ file: SharedDescriptor, from position: LogPosition, pieceSize: Int = 256 << 10) {
        self.file = file
        self.position = position
        self.pieceSize = max(pieceSize, Frame.headerSize)
    }

    /// What comes next.
    enum Step<Value> {
        case entry(Value)
        /// The file ends here, exactly.
        case end
        /// The file ends within the frame.
        case short
        /// What stands here is no frame.
        case damaged
    }

    /// Reads the next frame, gives its payload to `body` and moves on. At anything but an entry the scanner stays
    /// where it is and forgets what it had read, so that a later try sees what the file holds then.
    mutating func next<Value>(
        _ body: (LogPosition, UnsafeRawBufferPointer) -> Value
    ) throws(SystemError) -> Step<Value> {
        while true {
            let begin = start
            let here = position
            let (found, value) = buffer.withUnsafeBytes { bytes -> (Frame.Found, Value?) in
                let found = Frame.read(bytes, at: begin)
                guard case .payload(let count) = found else { return (found, nil) }
                let payload = bytes[(begin + Frame.headerSize)...].prefix(count)
                return (found, body(here, UnsafeRawBufferPointer(rebasing: payload)))
            }
            switch found {
            case .payload(let count):
                start += Frame.headerSize + count
                position.offset += Int64(Frame.headerSize + count)
                position.index += 1
                if let value { return .entry(value) }
            case .damaged:
                forget()
                return .damaged
            case .short:
                if try readMore() { continue }
                let isEmpty = buffer.count == start
                forget()
                return isEmpty ? .end : .short
            }
        }
    }

    /// Appends the next piece of the file to the buffer; false at the end of the file.
    private mutating func readMore() throws(SystemError) -> Bool {
        buffer.removeFirst(start)
        start = 0
        let piece = try file.read(count: pieceSize, at: position.offset + Int64(buffer.count))
        buffer += piece
        return !piece.isEmpty
    }

    /// Forgets what it had read ahead.
    mutating func forget() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
    }
}
