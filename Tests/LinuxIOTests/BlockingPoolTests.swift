import Glibc
import Testing

@testable import LinuxIO

@Suite("Blocking work leaves the cooperative pool free")
struct BlockingPoolTests {
    @Test func `results and errors come back`() async throws {
        #expect(await BlockingPool.shared.run { 6 * 7 } == 42)
        await #expect(throws: SystemError(call: "fsync", errno: EBADF)) {
            try await BlockingPool.shared.run { () throws(SystemError) in
                try BorrowedDescriptor(-1).synchronize()
            }
        }
    }

    @Test func `more jobs than threads all run`() async {
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<500 { group.addTask { await BlockingPool.shared.run { number } } }
            return await group.reduce(0, +)
        }
        #expect(sum == 499 * 500 / 2)
    }

    @Test func `jobs that wait for each other through a pipe do not stall other tasks`() async throws {
        var pair = try Descriptor.pipe()
        let read = pair.takeFirst().shared()
        let write = pair.takeSecond().shared()
        async let first = BlockingPool.shared.run { () throws(SystemError) in
            var byte: UInt8 = 0
            _ = try retrying("read") { Glibc.read(read.raw, &byte, 1) }
            return byte
        }
        // Reached only if the blocked read is not on this task's thread.
        try await BlockingPool.shared.run { () throws(SystemError) in try write.writeAll([9]) }
        #expect(try await first == 9)
    }

    @Test func `jobs that are run together all run, and the first that failed is told`() async throws {
        let ran = Locked<Set<Int>>([])
        let failing: Set = [3, 5]
        var pipe = try Descriptor.pipe()
        let (read, write) = (pipe.takeFirst().shared(), pipe.takeSecond().shared())
        let jobs = (0..<9).map { number -> @Sendable () throws -> Void in
            {
                ran.withLock { _ = $0.insert(number) }
                // The later of the two is about to fail when the first is.
                if number == 5 { try write.writeAll([1]) }
                if number == 3 { try Self.awaitByte(read) }
                if failing.contains(number) { throw SystemError(call: "job", errno: Int32(number)) }
            }
        }
        await #expect(throws: SystemError(call: "job", errno: 3)) {
            try await BlockingPool.shared.run { try BlockingPool.shared.runTogether(jobs) }
        }
        #expect(ran.withLock { $0 } == Set(0..<9))
    }

    @Test func `jobs that are run together run side by side`() async throws {
        var first = try Descriptor.pipe()
        var second = try Descriptor.pipe()
        let ends = [
            (first.takeFirst().shared(), first.takeSecond().shared()),
            (second.takeFirst().shared(), second.takeSecond().shared()),
        ]
        // Each ends only once the other has begun.
        let jobs = [0, 1].map { number -> @Sendable () throws -> Void in
            {
                try ends[number].1.writeAll([1])
                try Self.awaitByte(ends[1 - number].0)
            }
        }
        try await BlockingPool.shared.run { try BlockingPool.shared.runTogether(jobs) }
    }

    @Test func `every thread of the pool can wait for jobs of the pool`() async throws {
        let count = Locked(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    try await BlockingPool.shared.run {
                        let job: @Sendable () throws -> Void = { count.withLock { $0 += 1 } }
                        try BlockingPool.shared.runTogether(Array(repeating: job, count: 16))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(count.withLock { $0 } == 32 * 16)
    }

    private static func awaitByte(_ descriptor: SharedDescriptor) throws {
        var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 60_000) == 1 else { throw SystemError(call: "poll", errno: ETIMEDOUT) }
    }
}
