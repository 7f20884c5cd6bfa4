import Glibc
import LinuxIO

/// Tells when a store may have changed: once at the beginning, then whenever a process wrote to it, and at latest every
/// second. Changes that come together are told of once. It ends when the task is cancelled.
///
/// ```swift
/// for await _ in try store.changes() { … look … }
/// ```
package struct StateChanges: AsyncSequence, Sendable {
    package typealias Element = Void
    package typealias Failure = Never

    /// Looks come this far apart where the kernel has no watch left to give.
    static let pollInterval = Duration.milliseconds(50)
    /// A writer that dies between its commit and its notice is noticed after this.
    static let longestSilence = Duration.seconds(1)

    private let source: Source

    fileprivate enum Source: Sendable {
        case notices(SharedDescriptor)
        case polling
        case stream(@Sendable () async -> Bool)
    }

    /// Watches a file that every writer touches after its commit.
    init(file: String) throws(SystemError) {
        let raw = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard raw >= 0 else {
            source = .polling
            return
        }
        let descriptor = Descriptor(owning: raw).shared()
        let mask = UInt32(IN_MODIFY) | UInt32(IN_ATTRIB)
        source = inotify_add_watch(descriptor.raw, file, mask) >= 0 ? .notices(descriptor) : .polling
    }

    /// For backends that are told of changes in their own way: `next` waits for one, and returns false at the end.
    package init(_ next: @escaping @Sendable () async -> Bool) { source = .stream(next) }

    package func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    package struct Iterator: AsyncIteratorProtocol {
        private let source: Source
        private var hasBegun = false

        fileprivate init(source: Source) { self.source = source }

        package mutating func next() async -> Void? {
            guard hasBegun else {
                hasBegun = true
                return Task.isCancelled ? nil : ()
            }
            switch source {
            case .stream(let next):
                return await next() ? () : nil
            case .polling:
                return await Reactor.shared.sleep(until: .now + StateChanges.pollInterval) == .cancelled ? nil : ()
            case .notices(let descriptor):
                // A descriptor that cannot be waited for is polled.
                let readiness: Readiness
                do throws(SystemError) {
                    readiness = try await Reactor.shared.waitReadable(
                        descriptor, until: .now + StateChanges.longestSilence)
                } catch {
                    readiness = await Reactor.shared.sleep(until: .now + StateChanges.pollInterval)
                }
                guard readiness != .cancelled else { return nil }
                Self.drain(descriptor)
                return ()
            }
        }

        private static func drain(_ descriptor: SharedDescriptor) {
            var events = [UInt8](repeating: 0, count: 4096)
            while let count = try? events.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {}
        }
    }
}
