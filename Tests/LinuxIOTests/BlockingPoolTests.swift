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
}
