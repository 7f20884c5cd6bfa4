import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("An entry that was acknowledged is in the log")
struct AppendTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("entries come back in order, with their indices and as canonical JSON")
    func order() async throws {
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.truncatedBytes == 0 && recovery.unfinished.isEmpty)
        for number in 0..<20 { #expect(try await ledger.append(LedgerFixture.entry(number)) == LedgerIndex(number)) }
        try await ledger.close()
        let records = try fixture.records()
        #expect(records.map(\.index) == Array(0..<20))
        #expect(records[3].payload == Array(#"{"kind":"test","number":3}"#.utf8))
        #expect(try LedgerReader(directory: fixture.path).origin == ledger.origin)
    }

    @Test("an entry is in the file when the append returns, and a checkpoint covers it")
    func acknowledged() async throws {
        let (ledger, _) = try fixture.open()
        for number in 0..<5 {
            try await ledger.append(LedgerFixture.entry(number))
            #expect(try fixture.checkpoint().size == UInt64(number + 1))
            #expect(try fixture.numbers().last == Int64(number))
        }
    }

    @Test("64 producers at once get an index each, and share syncs")
    func concurrent() async throws {
        let syncs = Counter()
        var operations = LogOperations.system
        operations.synchronize = { [synchronize = operations.synchronize] (file) throws(SystemError) in
            syncs.add()
            try synchronize(file)
        }
        let (ledger, _) = try Ledger.open(fixture.path, operations: operations)
        let indices = try await withThrowingTaskGroup(of: [LedgerIndex].self) { group in
            for producer in 0..<64 {
                group.addTask {
                    var mine: [LedgerIndex] = []
                    for number in 0..<25 {
                        mine.append(try await ledger.append(LedgerFixture.entry(producer * 25 + number)))
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await ledger.close()
        #expect(indices.allSatisfy { $0 == $0.sorted() })
        #expect(indices.flatMap { $0 }.sorted() == Array(0..<1600))
        #expect(try fixture.numbers().sorted() == Array(0..<1600))
        // Two syncs a batch: of the entries, and of the checkpoint.
        #expect(syncs.value < 3200)
    }

    @Test("two openings append to one log and see each other's entries")
    func twoOpenings() async throws {
        let (first, _) = try fixture.open()
        let (second, _) = try fixture.open()
        for number in 0..<10 {
            #expect(
                try await (number % 2 == 0 ? first : second).append(LedgerFixture.entry(number)) == LedgerIndex(number))
        }
        #expect(first.origin == second.origin)
        #expect(try fixture.numbers() == Array(0..<10))
    }

    @Test("an entry of 65,535 bytes fits and one more does not; what is no object is refused")
    func bounds() async throws {
        let (ledger, _) = try fixture.open()
        let overhead = #"{"a":""}"#.utf8.count
        try await ledger.append(["a": .string(String(repeating: "x", count: 65_535 - overhead))])
        await #expect(throws: LedgerError(.entryTooLarge, "")) {
            try await ledger.append(["a": .string(String(repeating: "x", count: 65_536 - overhead))])
        }
        await #expect(throws: LedgerError(.entryMalformed, "")) { try await ledger.append([1, 2]) }
        await #expect(throws: LedgerError(.entryMalformed, "")) {
            try await ledger.append(["a": .integer(.max)])
        }
        #expect(try fixture.records().count == 1)
    }

    @Test("a closed ledger refuses, and closing twice is fine")
    func closing() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        try await ledger.close()
        try await ledger.close()
        await #expect(throws: LedgerError(.closed, "")) { try await ledger.append(LedgerFixture.entry(1)) }
    }

    @Test("folder and file are for the owner alone")
    func permissions() async throws {
        try await fixture.fill(1)
        var status = stat()
        #expect(stat(fixture.path, &status) == 0 && status.st_mode & 0o7777 == 0o700)
        #expect(stat(fixture.folder(fixture.log), &status) == 0 && status.st_mode & 0o7777 == 0o600)
    }
}
