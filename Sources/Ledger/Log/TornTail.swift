import LinuxIO

/// Tells a write that was cut short from damage.
///
/// A process that dies while it writes a batch leaves a prefix of it: whole frames, which are kept although nobody was
/// told of them, then at most one frame that is short or was written only in part, then nothing. Anything else is
/// damage: a whole frame further on shows that the log once went on from here, and more bytes than a batch holds
/// cannot come from one write.
enum TornTail {
    /// The most bytes that a batch writes.
    static let limit = 4 << 20

    /// Why the rest of the file is not a torn tail; nil if it is one. Call it under the lock.
    static func refusal(_ file: SharedDescriptor, at offset: Int64, size: Int64) throws(SystemError) -> String? {
        let count = size - offset
        guard count <= Int64(limit) else {
            return "\(count) bytes follow that hold no entry, more than an interrupted write can leave"
        }
        let tail = try file.read(count: Int(count), at: offset)
        guard let next = tail.withUnsafeBytes({ Frame.first(in: $0, from: 1) }) else { return nil }
        return "a whole entry follows at byte \(offset + Int64(next))"
    }
}
