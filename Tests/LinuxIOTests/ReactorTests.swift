import CSandbox
import Glibc
import Testing

@testable import LinuxIO

@Suite("The reactor wakes exactly those whose event came")
struct ReactorTests {
    private func pipe() throws -> (read: SharedDescriptor, write: SharedDescriptor) {
        var pair = try Descriptor.pipe()
        return (pair.takeFirst().shared(), pair.takeSecond().shared())
    }

    @Test func `a reader wakes when a byte comes`() async throws {
        let (read, write) = try pipe()
        async let readiness = Reactor.shared.waitReadable(read)
        try write.writeAll([1])
        #expect(try await readiness == .ready)
    }

    @Test func `a reader wakes when the other end closes`() async throws {
        var pair = try Descriptor.pipe()
        let read = pair.takeFirst().shared()
        async let readiness = Reactor.shared.waitReadable(read)
        _ = pair.takeSecond()
        #expect(try await readiness == .ready)
    }

    @Test func `a deadline ends a wait`() async throws {
        let (read, write) = try pipe()
        let before = ContinuousClock.now
        let readiness = try await Reactor.shared.waitReadable(read, until: before + .milliseconds(20))
        #expect(readiness == .deadlinePassed)
        #expect(before.duration(to: .now) >= .milliseconds(20))
        withExtendedLifetime(write) {}
    }

    @Test func `an earlier deadline is kept although a later one was there first`() async throws {
        let late = Task { await Reactor.shared.sleep(until: .now + .seconds(3600)) }
        #expect(await Reactor.shared.sleep(until: .now + .milliseconds(5)) == .deadlinePassed)
        late.cancel()
        #expect(await late.value == .cancelled)
    }

    @Test func `cancellation ends a wait, before and after it began`() async throws {
        let (read, write) = try pipe()
        let task = Task { try await Reactor.shared.waitReadable(read) }
        task.cancel()
        #expect(try await task.value == .cancelled)
        withExtendedLifetime(write) {}
    }

    @Test func `reading and writing on one socket are waited for at once`() async throws {
        var pair = try Descriptor.socketPair(.stream)
        let left = pair.takeFirst().shared()
        let right = pair.takeSecond().shared()
        async let readable = Reactor.shared.waitReadable(left)
        #expect(try await Reactor.shared.waitWritable(left) == .ready)
        try right.writeAll([1])
        #expect(try await readable == .ready)
    }

    @Test func `several readers of one descriptor all wake`() async throws {
        let (read, write) = try pipe()
        let woken = try await withThrowingTaskGroup(of: Readiness.self) { group in
            for _ in 0..<8 { group.addTask { try await Reactor.shared.waitReadable(read) } }
            try write.writeAll([1])
            return try await group.reduce(into: 0) { count, readiness in count += readiness == .ready ? 1 : 0 }
        }
        #expect(woken == 8)
    }

    @Test func `a plain file is always ready`() async throws {
        let file = try Descriptor.open("/proc/self/exe", O_RDONLY)
        #expect(try await Reactor.shared.waitReadable(file) == .ready)
    }

    @Test func `a descriptor that is not open is an error`() async throws {
        await #expect(throws: SystemError(call: "epoll_ctl", errno: EBADF)) {
            _ = try await Reactor.shared.waitReadable(BorrowedDescriptor(1_000_000))
        }
    }

    @Test func `a number that is closed and used again wakes only the new waiter`() async throws {
        for _ in 0..<200 {
            let (read, write) = try pipe()
            let abandoned = Task { try await Reactor.shared.waitReadable(read) }
            abandoned.cancel()
            #expect(try await abandoned.value == .cancelled)
            try write.writeAll([1])
            #expect(try await Reactor.shared.waitReadable(read) == .ready)
        }
    }

    @Test func `nothing is lost among many pipes, deadlines and cancellations`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    var pair = try Descriptor.pipe()
                    let read = pair.takeFirst().shared()
                    let write = pair.takeSecond().shared()
                    for round in 0..<50 {
                        switch (number + round) % 3 {
                        case 0:
                            async let readiness = Reactor.shared.waitReadable(read, until: .now + .seconds(60))
                            try write.writeAll([1])
                            #expect(try await readiness == .ready)
                            _ = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
                                try read.read(into: $0)
                            }
                        case 1:
                            let readiness = try await Reactor.shared.waitReadable(read, until: .now)
                            #expect(readiness == .deadlinePassed)
                        default:
                            let task = Task { try await Reactor.shared.waitReadable(read, until: .now + .seconds(60)) }
                            task.cancel()
                            #expect(try await task.value == .cancelled)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `an exit is seen through a pidfd`() async throws {
        var pid: pid_t = 0
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        #expect(posix_spawn(&pid, "/bin/true", nil, nil, arguments, environ) == 0)
        let pidfd = Descriptor(owning: cs_pidfd_open(pid))
        #expect(pidfd.raw >= 0)
        #expect(try await Reactor.shared.waitExit(pidfd) == .ready)
        #expect(waitpid(pid, nil, WNOHANG) == pid)
    }
}
