import CEgress
import Glibc

/// One direction of a connection. The first bytes are copied, which is all that most connections have; a stream goes
/// through a pipe of the kernel's, and this process never sees it.
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

    private static let capacity = 256 << 10
    /// From here on it is a stream.
    private static let copied = 256 << 10
    /// So many steps before others have their turn.
    private static let turns = 16
    /// INVARIANT: used within one step, of one thread.
    private nonisolated(unsafe) static let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 64 << 10, alignment: 16)

    private var ends: [Int32] = []
    /// In the pipe.
    private var held = 0
    /// Copied, and not taken by the sink yet.
    private var rest: ArraySlice<UInt8> = []
    private var total = 0
    private var sourceEnded = false
    /// All was passed on, and the end too.
    private(set) var isDone = false

    /// Passes on what there is.
    ///
    /// - Parameter allowance: So many bytes may still be taken; what was taken is subtracted.
    mutating func pump(from source: Int32, to sink: Int32, allowance: inout Int) -> State {
        for _ in 0..<Self.turns {
            if isDone { return .waiting }
            if sourceEnded, held == 0, rest.isEmpty {
                ce_end_writing(sink)
                isDone = true
                return .waiting
            }
            if total >= Self.copied, ends.isEmpty, rest.isEmpty { openPipe() }
            let step =
                ends.isEmpty || !rest.isEmpty
                ? copy(source, sink, &allowance) : splice(source, sink, &allowance)
            switch step {
            case .moved: continue
            case .stuck: return .waiting
            case .failed: return .failed
            }
        }
        return .more
    }

    /// Without one the stream is copied.
    private mutating func openPipe() {
        var both: [Int32] = [-1, -1]
        if ce_pipe(&both, Int32(Self.capacity)) == 0 { ends = both }
    }

    private mutating func copy(_ source: Int32, _ sink: Int32, _ allowance: inout Int) -> Step {
        if !rest.isEmpty {
            let count = rest.withUnsafeBytes { ce_send(sink, $0.baseAddress, $0.count) }
            if count < 0 { return Self.isPassing(errno) ? .stuck : .failed }
            rest = rest.dropFirst(count)
            return .moved
        }
        guard !sourceEnded, allowance > 0 else { return .stuck }
        let count = read(source, Self.scratch.baseAddress, min(Self.scratch.count, allowance))
        if count < 0 { return Self.isPassing(errno) ? .stuck : .failed }
        sourceEnded = count == 0
        allowance -= count
        total += count
        guard count > 0 else { return .moved }
        let taken = ce_send(sink, Self.scratch.baseAddress, count)
        if taken < 0, !Self.isPassing(errno) { return .failed }
        if taken < count { rest = Array(Self.scratch[max(0, taken)..<count])[...] }
        return .moved
    }

    private mutating func splice(_ source: Int32, _ sink: Int32, _ allowance: inout Int) -> Step {
        var hasMoved = false
        if !sourceEnded, held < Self.capacity, allowance > 0 {
            let count = ce_splice(source, ends[1], min(Self.capacity - held, allowance))
            if count < 0, !Self.isPassing(errno) { return .failed }
            sourceEnded = count == 0
            held += max(0, count)
            allowance -= max(0, count)
            hasMoved = count >= 0
        }
        if held > 0 {
            let count = ce_splice(ends[0], sink, held)
            if count < 0, !Self.isPassing(errno) { return .failed }
            held -= max(0, count)
            hasMoved = hasMoved || count > 0
        }
        return hasMoved ? .moved : .stuck
    }

    private static func isPassing(_ problem: Int32) -> Bool { problem == EAGAIN || problem == EINTR }

    func close() {
        for end in ends { Glibc.close(end) }
    }
}
