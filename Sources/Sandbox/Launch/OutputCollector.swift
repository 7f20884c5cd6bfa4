import LinuxIO

/// What came out of a pipe, up to a limit.
struct CollectedOutput: Sendable {
    var bytes: [UInt8] = []
    var isTruncated = false
}

/// Reads a call's two pipes to their ends, both in one task: each wake-up of a thread costs a short call dearly.
struct OutputCollector: Sendable {
    /// Why a call has to be stopped.
    enum StopReason: Hashable, Sendable { case limit, deadline, cancellation }

    fileprivate struct Pipe {
        let descriptor: SharedDescriptor
        let limit: Int
        var collected = CollectedOutput()
        var isAtEnd = false
    }

    private var output: Pipe
    private var errorOutput: Pipe

    /// - Parameters:
    ///   - output: Nonblocking, as is `errorOutput`.
    ///   - outputLimit: Bytes that are kept. What is beyond is read and thrown away, so that the writer does not hang.
    init(
        output: SharedDescriptor, limit outputLimit: Int, errorOutput: SharedDescriptor, limit errorLimit: Int
    ) {
        self.output = Pipe(descriptor: output, limit: outputLimit)
        self.errorOutput = Pipe(descriptor: errorOutput, limit: errorLimit)
    }

    /// Reads both to the end, which comes once every writer is gone: the caller sees to that, it does not depend on the
    /// task's cancellation. `stop` is called at the first byte of output beyond its limit, and at the deadline.
    consuming func collect(
        until deadline: ContinuousClock.Instant, stop: @Sendable (StopReason) -> Void
    ) async -> (output: CollectedOutput, errorOutput: CollectedOutput) {
        var deadline: ContinuousClock.Instant? = deadline
        while true {
            // In turns: a flood on one keeps nothing of the other waiting.
            let wasLimited = output.collected.isTruncated
            let hadOutput = output.readOnce()
            let hadErrors = errorOutput.readOnce()
            if output.collected.isTruncated, !wasLimited { stop(.limit) }
            if hadOutput || hadErrors { continue }
            let open = [output, errorOutput].filter { !$0.isAtEnd }.map(\.descriptor)
            if open.isEmpty { return (output.collected, errorOutput.collected) }
            do {
                if try await Reactor.shared.waitReadableRegardless(any: open, until: deadline) == .deadlinePassed {
                    deadline = nil
                    stop(.deadline)
                }
            } catch {
                // Pipes of our own do not fail to be waited for; if they do, the rest is lost and said to be.
                output.giveUp()
                errorOutput.giveUp()
            }
        }
    }
}

extension OutputCollector.Pipe {
    private static let step = 64 << 10

    /// Takes in what one read gives; false if there is nothing now, or nothing more.
    fileprivate mutating func readOnce() -> Bool {
        guard !isAtEnd else { return false }
        return withUnsafeTemporaryAllocation(byteCount: Self.step, alignment: 16) { buffer in
            do {
                guard let count = try descriptor.read(into: buffer) else { return false }
                isAtEnd = count == 0
                let room = min(count, limit - collected.bytes.count)
                collected.bytes.append(contentsOf: buffer[..<room])
                if room < count { collected.isTruncated = true }
                return count > 0
            } catch {
                giveUp()
                return false
            }
        }
    }

    fileprivate mutating func giveUp() {
        guard !isAtEnd else { return }
        isAtEnd = true
        collected.isTruncated = true
    }
}
