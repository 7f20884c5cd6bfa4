import Glibc
import LinuxIO
import Testing

@Suite("A lock belongs to one opening of a file")
struct FileLockTests {
    /// The same file, opened twice.
    private func twoOpenings() throws -> (SharedDescriptor, SharedDescriptor) {
        let file = try Descriptor.memory(named: "lock").shared()
        return (file, try Descriptor.open("/proc/self/fd/\(file.raw)", O_RDWR).shared())
    }

    @Test("while one holds it the other gets it not, and sees that")
    func excludes() throws {
        let (one, two) = try twoOpenings()
        #expect(try one.tryLockExclusively())
        #expect(try !two.tryLockExclusively())
        #expect(try two.isLockedElsewhere())
        #expect(try !one.isLockedElsewhere())
        try one.unlock()
        #expect(try !two.isLockedElsewhere())
        #expect(try two.tryLockExclusively())
    }

    @Test("it goes with the last duplicate of the descriptor, not with the first")
    func duplicates() throws {
        let (one, two) = try twoOpenings()
        do {
            let held = try Descriptor.open("/proc/self/fd/\(one.raw)", O_RDWR)
            try held.lockExclusively()
            do { _ = try held.duplicate() }
            #expect(try !two.tryLockExclusively())
        }
        #expect(try two.tryLockExclusively())
    }

    @Test("another opening in the same process that closes does not take it away, as a POSIX lock would go")
    func otherOpenings() throws {
        let (one, two) = try twoOpenings()
        try one.lockExclusively()
        do { _ = try Descriptor.open("/proc/self/fd/\(one.raw)", O_RDWR) }
        #expect(try !two.tryLockExclusively())
    }

    @Test("who waits gets it when it is free")
    func waits() async throws {
        let (one, two) = try twoOpenings()
        try one.lockExclusively()
        async let waited = BlockingPool.shared.run { () throws(SystemError) in
            try two.lockExclusively()
            return true
        }
        try one.unlock()
        #expect(try await waited)
    }
}
