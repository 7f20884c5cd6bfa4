import CSandbox
import Glibc
import LinuxIO

/// Signals of this process as a sequence. While the value lives they do nothing else; afterwards they do again what
/// they did before.
package final class SignalSource: Sendable {
    private let events: SharedDescriptor
    private let numbers: [Int32]

    /// One at a time in a process: the handler has one place to write to.
    package init(_ signals: [Int32]) throws(SystemError) {
        var pipe = try Descriptor.pipe()
        events = pipe.takeFirst().shared()
        try events.setNonblocking(true)
        numbers = signals
        signal_shim_catch(signals, signals.count, pipe.takeSecond().release())
    }

    deinit {
        signal_shim_release(numbers, numbers.count)
    }

    /// The next signal; nil when the task is cancelled.
    package func next() async -> Int32? {
        while !Task.isCancelled {
            guard (try? await Reactor.shared.waitReadable(events)) == .ready else { return nil }
            var number: UInt8 = 0
            guard read(events.raw, &number, 1) == 1 else { continue }
            return Int32(number)
        }
        return nil
    }
}
