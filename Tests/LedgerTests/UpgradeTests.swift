import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A log that was written before any was signed is signed as it is, without loss")
struct UpgradeTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    /// A log of the first version, with values in its entries.
    private func prepare(_ entries: [JSON], tail: [UInt8] = []) throws {
        let header = LogHeader(origin: .random(), version: LogHeader.unsignedVersion)
        var bytes = header.encoded
        for entry in entries { bytes += Frame.encode(try entry.canonical()) }
        try fixture.folder.folder("ledger", mode: 0o700)
        try fixture.folder.write(fixture.log, bytes + tail, mode: 0o600)
    }

    private static let entries = [LedgerFixture.decided("1").json, LedgerFixture.entry(1)]

    @Test("its entries stay, byte for byte, an entry says how many were not signed, and all of it verifies")
    func upgraded() async throws {
        try prepare(Self.entries)
        // It can be read before.
        #expect(try fixture.records().count == 2)
        let before = try fixture.records().map(\.payload)
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.unfinished.map(\.call) == ["1"])
        #expect(try await ledger.append(LedgerFixture.entry(2)) == 3)
        try await ledger.close()
        let records = try fixture.records()
        #expect(Array(records.map(\.payload).prefix(2)) == before)
        #expect(try UpgradedEntry(records[2].json()).unsignedEntries == 2)
        #expect(try DecidedEntry(records[0].json()).arguments == .inline(["path": "README.md"]))
        let result = try LogVerifier.verify(ledger: fixture.path)
        #expect(result.isWhole && result.unsignedEntries == 2)
        // Once.
        try await fixture.fill(1, from: 3)
        #expect(try fixture.records().count == 5)
    }

    @Test("a torn end is cut off, damage refuses, an empty log is fine")
    func states() async throws {
        try prepare(Self.entries, tail: [40, 0, 0, 0, 1, 2])
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.truncatedBytes == 6 || recovery.truncatedBytes == 0)
        try await ledger.close()
        #expect(try LogVerifier.verify(ledger: fixture.path).recoveries == 1)

        let damaged = try UpgradeTests()
        var frame = Frame.encode(try LedgerFixture.entry(5).canonical())
        frame[12] ^= 1
        try damaged.prepare(Self.entries, tail: frame + Frame.encode(Array("{}".utf8)))
        let bytes = try damaged.fixture.folder.read(damaged.fixture.log)
        #expect(throws: LedgerError(.corrupt, "")) { try damaged.fixture.open() }
        #expect(try damaged.fixture.folder.read(damaged.fixture.log) == bytes)

        let empty = try UpgradeTests()
        try empty.prepare([])
        try await empty.fixture.fill(1)
        #expect(try LogVerifier.verify(ledger: empty.fixture.path).checkpoint.size == 1)
    }

    @Test("a signed log whose header says that it is not, is held against its checkpoint all the same")
    func downgraded() async throws {
        try await fixture.fill(4)
        var bytes = try fixture.folder.read(fixture.log)
        let origin = try LedgerReader(directory: fixture.path).origin
        bytes.replaceSubrange(
            0..<LogHeader.size, with: LogHeader(origin: origin, version: LogHeader.unsignedVersion).encoded)
        let cut = Int(try fixture.records()[2].position.offset)
        try fixture.folder.write(fixture.log, bytes[..<cut], mode: 0o600)
        #expect(throws: LedgerError(.shrunk, "")) { try fixture.open() }
    }
}
