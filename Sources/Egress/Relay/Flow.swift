import CEgress
import Glibc

/// One direction of a connection: bytes go through a pipe of the kernel's, and this process never sees them.
struct Flow {
    enum State {
        /// It waits for either side.
        case waiting
        /// There is more to do at once.
        case more
        /// One side failed.
        case failed
    }

    private static let capacity = 1 << 20
    /// So much before others have their turn.
    private static let turns = 8

    private var ends: [Int32] = [-1, -1]
    private var held = 0
    private var sourceEnded = false
    /// All was passed on, and the end too.
    private(set) var isDone = false

    /// False if there are no descriptors left.
    mutating func open() -> Bool { ce_pipe(&ends, Int32(Self.capacity)) == 0 }

    /// Passes on what there is.
    ///
    /// - Parameter allowance: So many bytes may still be taken; what was taken is subtracted.
    mutating func pump(from source: Int32, to sink: Int32, allowance: inout Int) -> State {
        for _ in 0..<Self.turns {
            var moved = false
            if !sourceEnded, held < Self.capacity, allowance > 0 {
                let count = ce_splice(source, ends[1], min(Self.capacity - held, allowance))
                if count > 0 {
                    held += count
                    allowance -= count
                    moved = true
                } else if count == 0 {
                    sourceEnded = true
                } else if errno != EAGAIN, errno != EINTR {
                    return .failed
                }
            }
            if held > 0 {
                let count = ce_splice(ends[0], sink, held)
                if count > 0 {
                    held -= count
                    moved = true
                } else if count < 0, errno != EAGAIN, errno != EINTR {
                    return .failed
                }
            }
            if sourceEnded, held == 0, !isDone {
                ce_end_writing(sink)
                isDone = true
                return .waiting
            }
            guard moved else { return .waiting }
        }
        return .more
    }

    func close() {
        for end in ends where end >= 0 { Glibc.close(end) }
    }
}
