/// What is kept of a stream: all of it, or of a long one its beginning and its end, which is where errors stand.
package struct KeptOutput {
    private let limit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    /// Of the whole stream.
    package private(set) var total = 0

    init(limit: Int) { self.limit = limit }

    /// True if something in the middle is missing.
    package var isCut: Bool { total > limit }

    /// Everything; nil if something is missing.
    package var whole: [UInt8]? { isCut ? nil : head + tail }

    /// As a text, with a line that says how much is missing.
    package var text: String {
        guard isCut else { return Text.lossy((head + tail)[...]).text }
        let last = tail.suffix(limit / 2)
        let beginning = head[..<Text.boundary(in: head[...], at: max(0, head.count - 3))]
        let missing = total - beginning.count - last.count
        return Text.lossy(beginning).text + "\n… \(missing) bytes left out …\n" + Text.lossy(last).text
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        total += bytes.count
        let room = max(0, limit - limit / 2 - head.count)
        head += bytes.prefix(room)
        tail += bytes.dropFirst(room)
        // Not at every append: moving the tail costs as much as its length.
        if tail.count > limit + (64 << 10) { tail.removeFirst(tail.count - limit / 2) }
    }
}
