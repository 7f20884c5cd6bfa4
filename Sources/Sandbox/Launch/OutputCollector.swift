import LinuxIO

/// What came out of a pipe, up to a limit.
struct CollectedOutput: Sendable {
    var bytes: [UInt8] = []
    var isTruncated = false
}

enum OutputCollector {
    private static let step = 64 << 10

    /// Reads to the end. What is beyond `limit` is read and thrown away, so that the writer does not hang; `stop` is
    /// called at the first byte of it, and at the deadline. The end comes once every writer is gone, which the caller
    /// sees to: it does not depend on the task's cancellation.
    static func collect(
        _ pipe: SharedDescriptor, limit: Int, until deadline: ContinuousClock.Instant,
        stop: @Sendable (StopReason) -> Void
    ) async -> CollectedOutput {
        var collected = CollectedOutput()
        var deadline: ContinuousClock.Instant? = deadline
        while true {
            do {
                let count = try readOnce(pipe, &collected, limit: limit) { stop(.limit) }
                if count == 0 { return collected }
                guard count == nil else { continue }
                if try await Reactor.shared.waitReadableRegardless(pipe, until: deadline) == .deadlinePassed {
                    deadline = nil
                    stop(.deadline)
                }
            } catch {
                // A pipe of our own does not fail to be read; if it does, the rest is lost and said to be.
                collected.isTruncated = true
                return collected
            }
        }
    }

    /// Why a call has to be stopped.
    enum StopReason: Hashable, Sendable { case limit, deadline, cancellation }

    private static func readOnce(
        _ pipe: SharedDescriptor, _ collected: inout CollectedOutput, limit: Int, overflow: () -> Void
    ) throws(SystemError) -> Int? {
        let result = withUnsafeTemporaryAllocation(byteCount: step, alignment: 16) {
            buffer -> Result<Int?, SystemError> in
            Result { () throws(SystemError) in
                guard let count = try pipe.read(into: buffer) else { return nil }
                let room = min(count, limit - collected.bytes.count)
                collected.bytes.append(contentsOf: buffer[..<room])
                if room < count, !collected.isTruncated {
                    collected.isTruncated = true
                    overflow()
                }
                return count
            }
        }
        return try result.get()
    }
}
