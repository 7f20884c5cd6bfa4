import CEgress
import Glibc

/// One direction of a connection: read into a large buffer, and sent from there.
///
/// Copying is on purpose: between sockets it takes less of the processor than `splice`, whose pieces are pages and which
/// wakes the other side for each few of them, and a connection needs no pipe.
struct Flow {
    enum State {
        /// It waits for either side.
        case waiting
        /// There is more to do at once.
        case more
        /// One side failed.
        case failed
    }

    /// What one step came to.
    private enum Step {
        case moved, stuck, failed
    }

    /// So many steps before others have their turn.
    private static let turns = 16

    /// Nil: nothing is on its way.
    private var piece: Piece?
    private var sourceEnded = false
    /// So many bytes of the source are taken and no more; nil: all.
    private var left: Int?
    /// All was passed on, and the end too.
    private(set) var isDone = false

    /// Begins with bytes of which the source knows nothing, and takes `left` of its own.
    mutating func begin(with bytes: [UInt8], left: Int?) {
        piece = Piece(bytes)
        self.left = left
    }

    /// Passes on what there is.
    ///
    /// - Parameter allowance: So many bytes may still be taken; what was taken is subtracted.
    mutating func pump(from source: Int32, to sink: Int32, allowance: inout Int) -> State {
        for _ in 0..<Self.turns {
            if left == 0, piece == nil { isDone = true }
            if isDone { return .waiting }
            if sourceEnded, piece == nil {
                ce_end_writing(sink)
                isDone = true
                return .waiting
            }
            switch piece == nil ? take(source, &allowance) : .moved {
            case .moved: break
            case .stuck: return .waiting
            case .failed: return .failed
            }
            switch pass(sink) {
            case .moved: continue
            case .stuck: return .waiting
            case .failed: return .failed
            }
        }
        return .more
    }

    private mutating func take(_ source: Int32, _ allowance: inout Int) -> Step {
        guard allowance > 0 else { return .stuck }
        var new = Piece()
        let count = new.fill(most: min(allowance, left ?? allowance)) { read(source, $0, $1) }
        let problem = errno
        if count > 0 {
            allowance -= count
            left = left.map { $0 - count }
            piece = new
            return .moved
        }
        new.giveBack()
        sourceEnded = count == 0
        return count == 0 ? .moved : Self.isPassing(problem) ? .stuck : .failed
    }

    private mutating func pass(_ sink: Int32) -> Step {
        guard let count = piece?.drain({ ce_send(sink, $0, $1) }) else { return .moved }
        if count < 0 { return Self.isPassing(errno) ? .stuck : .failed }
        if piece?.rest.isEmpty == true { close() }
        return .moved
    }

    private static func isPassing(_ problem: Int32) -> Bool { problem == EAGAIN || problem == EINTR }

    mutating func close() {
        piece?.giveBack()
        piece = nil
    }
}
