import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A disk that fails denies, and loses nothing that was acknowledged")
struct FailureTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test(
        "a write that fails half way leaves nothing behind, and later appends work", arguments: [ENOSPC, EIO, EDQUOT])
    func failedWrite(errno: Int32) async throws {
        let fails = Switch()
        var operations = LogOperations.system
        operations.write = { [write = operations.write] (file, bytes) throws(SystemError) in
            if !fails.isOn { return try write(file, bytes) }
            if bytes.count > 30 { return try write(file, bytes.prefix(10)) }
            throw SystemError(call: "write", errno: errno)
        }
        let (ledger, _) = try Ledger.open(fixture.path, operations: operations)
        try await ledger.append(LedgerFixture.entry(0))
        fails.isOn = true
        await #expect(throws: LedgerError(.writeFailed, "")) { try await ledger.append(LedgerFixture.entry(1)) }
        #expect(try fixture.numbers() == [0])
        fails.isOn = false
        #expect(try await ledger.append(LedgerFixture.entry(2)) == 1)
        #expect(try fixture.numbers() == [0, 2])
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }

    @Test("short writes are continued")
    func shortWrites() async throws {
        var operations = LogOperations.system
        operations.write = { [write = operations.write] (file, bytes) throws(SystemError) in
            try write(file, bytes.prefix(7))
        }
        let (ledger, _) = try Ledger.open(fixture.path, operations: operations)
        for number in 0..<3 { try await ledger.append(LedgerFixture.entry(number)) }
        #expect(try fixture.numbers() == [0, 1, 2])
    }

    @Test("a failed write that cannot be taken back poisons the ledger; opened again, it goes on")
    func poisonedByTruncate() async throws {
        let fails = Switch()
        var operations = LogOperations.system
        operations.write = { [write = operations.write] (file, bytes) throws(SystemError) in
            if !fails.isOn { return try write(file, bytes) }
            if bytes.count > 30 { return try write(file, bytes.prefix(10)) }
            throw SystemError(call: "write", errno: ENOSPC)
        }
        operations.truncate = { [truncate = operations.truncate] (file, size) throws(SystemError) in
            if fails.isOn { throw SystemError(call: "ftruncate", errno: EIO) }
            try truncate(file, size)
        }
        let (ledger, _) = try Ledger.open(fixture.path, operations: operations)
        try await ledger.append(LedgerFixture.entry(0))
        fails.isOn = true
        await #expect(throws: LedgerError(.poisoned, "")) { try await ledger.append(LedgerFixture.entry(1)) }
        fails.isOn = false
        await #expect(throws: LedgerError(.poisoned, "")) { try await ledger.append(LedgerFixture.entry(2)) }
        try await ledger.close()

        let (again, recovery) = try fixture.open()
        #expect(recovery.truncatedBytes == 10)
        try await again.append(LedgerFixture.entry(3))
        #expect(try fixture.numbers() == [0, 3])
        #expect(try fixture.records()[1].json()["kind"] == "recovered")
    }

    @Test("a failed sync is not tried again: the ledger is poisoned and the entry is taken back")
    func failedSync() async throws {
        let fails = Switch()
        let syncs = Counter()
        var operations = LogOperations.system
        operations.synchronize = { [synchronize = operations.synchronize] (file) throws(SystemError) in
            syncs.add()
            if fails.isOn { throw SystemError(call: "fdatasync", errno: EIO) }
            try synchronize(file)
        }
        let (ledger, _) = try Ledger.open(fixture.path, operations: operations)
        try await ledger.append(LedgerFixture.entry(0))
        fails.isOn = true
        let before = syncs.value
        await #expect(throws: LedgerError(.poisoned, "")) { try await ledger.append(LedgerFixture.entry(1)) }
        fails.isOn = false
        await #expect(throws: LedgerError(.poisoned, "")) { try await ledger.append(LedgerFixture.entry(2)) }
        try await ledger.close()
        #expect(syncs.value == before + 1)
        #expect(try fixture.numbers() == [0])
    }

    @Test("a log that is removed or cut under a running ledger takes no more entries", arguments: [true, false])
    func gone(removed: Bool) async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        let log = fixture.folder(fixture.log)
        #expect((removed ? unlink(log) : truncate(log, 40)) == 0)
        await #expect(throws: LedgerError(.shrunk, "")) { try await ledger.append(LedgerFixture.entry(1)) }
    }

    @Test("a file size limit is an error, not the end of the process, and lifts")
    func fileSizeLimit() throws {
        let helper = try HelperProcess("LedgerTestHelper", ["limited", fixture.path, "20000"])
        let lines = try helper.lines()
        #expect(helper.wait() == 0)
        try expectFailureThenSuccess(lines)
        #expect(try fixture.records().count == lines.count - 1)
    }

    @Test("a full disk is an error, and passes")
    func fullDisk() throws {
        let place = try fixture.folder.folder("disk")
        let helper = try HelperProcess(
            program: "/bin/sh",
            [
                "-c",
                """
                exec unshare --user --map-root-user --mount sh -c \
                'mount -t tmpfs -o size=256k,mode=700 none "$2" || exit 77; exec "$1" full "$2"' sh "$0" "$1"
                """,
                try HelperProcess.built("LedgerTestHelper"), place,
            ])
        let lines = try helper.lines()
        let status = helper.wait()
        guard status != 77 << 8, status != 1 << 8 || !lines.isEmpty else {
            print("skipped: this host lets nobody mount a file system of its own")
            return
        }
        #expect(status == 0)
        try expectFailureThenSuccess(Array(lines.dropLast()))
        #expect(lines.last == "entries \(lines.count - 2)")
    }

    private func expectFailureThenSuccess(_ lines: [String]) throws {
        #expect(lines.count > 10)
        #expect(lines.dropLast(2).allSatisfy { $0.hasPrefix("ack 0 ") })
        #expect(lines.dropLast().last == "failed write-failed")
        #expect(lines.last == "ack 1 0 \(lines.count - 2)")
    }
}
