import Glibc
import Testing

@testable import LinuxIO

@Suite("Descriptors close when their last owner goes, and errors name the call")
struct DescriptorTests {
    private func isOpen(_ raw: Int32) -> Bool { fcntl(raw, F_GETFD) != -1 }

    @Test func `a descriptor closes with its owner`() throws {
        func use() throws -> Int32 {
            let file = try Descriptor.open("/dev/null", O_RDONLY)
            #expect(isOpen(file.raw))
            return file.raw
        }
        // Another test may get the number at once: look at what is open, not at whether something is.
        let raw = try use()
        let path = readLink("/proc/self/fd/\(raw)")
        #expect(path != "/dev/null")
    }

    @Test func `a released descriptor stays open`() throws {
        let raw = try Descriptor.open("/dev/null", O_RDONLY).release()
        #expect(isOpen(raw))
        close(raw)
    }

    @Test func `what is opened does not survive exec`() throws {
        let file = try Descriptor.open("/dev/null", O_RDONLY)
        let memory = try Descriptor.memory(named: "test")
        var pipe = try Descriptor.pipe()
        let end = pipe.takeFirst()
        for raw in [file.raw, memory.raw, end.raw, try file.duplicate().release()] {
            #expect(fcntl(raw, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func `a missing file is named in the error`() {
        #expect {
            _ = try Descriptor.open("/nowhere/at/all", O_RDONLY).raw
        } throws: { error in
            (error as? SystemError)?.message == "open of `/nowhere/at/all` failed: no such file or directory (ENOENT)"
        }
    }

    @Test func `what is written at an offset is read back`() throws {
        let memory = try Descriptor.memory(named: "test")
        try memory.write([1, 2, 3], at: 2)
        #expect(try memory.readAll(limit: 5) == [0, 0, 1, 2, 3])
        #expect(try memory.read(count: 9, at: 3) == [2, 3])
        #expect(try memory.status().size == 5)
        #expect(throws: SystemError(call: "read", errno: EFBIG)) { try memory.readAll(limit: 4) }
    }

    @Test func `a nonblocking pipe with nothing in it says so`() throws {
        var pair = try Descriptor.pipe()
        let read = pair.takeFirst()
        let write = pair.takeSecond()
        try read.setNonblocking(true)
        var byte: UInt8 = 0
        #expect(try withUnsafeMutableBytes(of: &byte) { try read.read(into: $0) } == nil)
        try write.writeAll([7])
        #expect(try withUnsafeMutableBytes(of: &byte) { try read.read(into: $0) } == 1)
        #expect(byte == 7)
    }

    private func readLink(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &buffer, buffer.count - 1)
        return count < 0 ? "" : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
