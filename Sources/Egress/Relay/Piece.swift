/// Bytes on their way from one socket to the other. What one connection gives back the next one takes, so that most of
/// the time there is one, which stays in the processor's cache.
///
/// INVARIANT: used on the relay's one thread.
struct Piece {
    private let buffer: UnsafeMutableRawBufferPointer
    /// Read, and not sent yet.
    private(set) var rest = 0..<0

    private static let large = 1 << 20
    private static let small = 64 << 10
    /// Large ones at once; others are small. Attack: connections whose other side does not read fill the memory.
    private static let mostLarge = 64
    private nonisolated(unsafe) static var spare: [UnsafeMutableRawBufferPointer] = []
    private nonisolated(unsafe) static var lent = 0

    init() {
        if let last = Self.spare.popLast() {
            buffer = last
        } else {
            let size = Self.lent < Self.mostLarge ? Self.large : Self.small
            buffer = .allocate(byteCount: size, alignment: 4096)
        }
        if buffer.count == Self.large { Self.lent += 1 }
    }

    /// - Parameter bytes: What is on its way already; at most `ProxyRequest.mostBytes` and what a proxy adds.
    init(_ bytes: [UInt8]) {
        self.init()
        precondition(bytes.count <= buffer.count, "a piece holds what it begins with")
        buffer.copyBytes(from: bytes)
        rest = 0..<bytes.count
    }

    /// To be called once, last.
    func giveBack() {
        if buffer.count == Self.large { Self.lent -= 1 }
        if buffer.count == Self.large, Self.spare.count < 4 {
            Self.spare.append(buffer)
        } else {
            buffer.deallocate()
        }
    }

    /// Reads anew, when there is no rest.
    ///
    /// - Returns: How many bytes came: 0 at the end, -1 with `errno`.
    mutating func fill(most: Int, _ read: (UnsafeMutableRawPointer?, Int) -> Int) -> Int {
        let count = read(buffer.baseAddress, min(buffer.count, most))
        rest = 0..<max(0, count)
        return count
    }

    /// Sends of the rest what the other side takes.
    mutating func drain(_ send: (UnsafeRawPointer?, Int) -> Int) -> Int {
        let count = send(buffer.baseAddress?.advanced(by: rest.lowerBound), rest.count)
        if count > 0 { rest = rest.lowerBound + count..<rest.upperBound }
        return count
    }
}
