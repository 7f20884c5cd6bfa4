import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Arguments and outputs can be erased, and the log still verifies")
struct ErasureTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    private func call(_ name: String, run: String = LedgerFixture.context.run, secret: String) async throws
        -> LedgerIndex
    {
        var context = LedgerFixture.context
        context.run = run
        let (ledger, _) = try fixture.open()
        let decided = DecidedEntry(
            context: context, call: name, tool: "fs.read", effect: "allow",
            decision: ["effect": "allow", "amendment": ["text": .string("amend \(secret)")]],
            arguments: .inline(["path": .string("arg \(secret)")]), grants: [["read": .string("grant \(secret)")]])
        let index = try await ledger.append(decided)
        try await ledger.append(
            EndedEntry(
                context: context, call: name, tool: "fs.read", decided: index, outcome: ["exit": 0],
                output: .inline(["stdout": .string("out \(secret)")])))
        try await ledger.close()
        return index
    }

    /// How often a text stands in what lies beneath the ledger's folder.
    private func occurrences(_ text: String) -> Int {
        let result = Command.run(["/bin/sh", "-c", "grep -rao '\(text)' '\(fixture.path)' | wc -l"], in: "/")
        return Int(result.output.trimmingPrefix(" ").filter(\.isNumber)) ?? -1
    }

    @Test("the log holds commitments only, and readers see the values")
    func commitments() async throws {
        let index = try await call("1", secret: "tulip")
        #expect(try !String(decoding: fixture.folder.read(fixture.log), as: UTF8.self).contains("tulip"))
        #expect(occurrences("tulip") == 4)
        let records = try fixture.records()
        let decided = try DecidedEntry(records[Int(index)].json())
        #expect(decided.arguments == .inline(["path": "arg tulip"]))
        #expect(decided.grants == [["read": "grant tulip"]])
        #expect(decided.decision["amendment"]?["text"] == "amend tulip")
        #expect(try EndedEntry(records[1].json()).output == .inline(["stdout": "out tulip"]))
        #expect(try records[0].leaf()["arguments"]?["commitment"]?.stringValue?.hasPrefix("sha256:") == true)
        let result = try LogVerifier.verify(ledger: fixture.path)
        #expect(result.isWhole && result.commitments == 4 && result.erased == 0)
    }

    @Test("two calls with the same arguments have different commitments")
    func salted() async throws {
        _ = try await call("1", secret: "tulip")
        _ = try await call("2", secret: "tulip")
        let digests = try fixture.records().compactMap { try $0.leaf()["arguments"]?["commitment"]?.stringValue }
        #expect(Set(digests).count == 2)
    }

    @Test("what is erased by call is gone from the disk, and the rest is not", arguments: [0, 1])
    func byCall(named: UInt64) async throws {
        _ = try await call("1", secret: "tulip")
        _ = try await call("2", secret: "daisy")
        let before = try fixture.folder.read(fixture.log)
        let result = try Erasure.erase(.call(named), in: fixture.path, reason: "asked for")
        #expect(result.entries == 2 && result.bytes > 100 && result.index == 4)
        #expect(occurrences("tulip") == 0 && occurrences("daisy") == 4)
        #expect(try fixture.folder.read(fixture.log).starts(with: before))
        let records = try fixture.records()
        guard case .withheld(_, _, .erased) = try DecidedEntry(records[0].json()).arguments else {
            Issue.record("the arguments are not said to be erased")
            return
        }
        #expect(try EndedEntry(records[1].json()).output?.note?.hasPrefix("erased") == true)
        #expect(try DecidedEntry(records[2].json()).arguments == .inline(["path": "arg daisy"]))
        let entry = try ErasedEntry(records[4].json())
        #expect(entry.entries == [0...1] && entry.reason == "asked for" && entry.selection == "call \(named)")
        let verified = try LogVerifier.verify(ledger: fixture.path)
        #expect(verified.isWhole && verified.commitments == 8 && verified.erased == 4)
        #expect(try Erasure.erase(.call(named), in: fixture.path).index == nil)
    }

    @Test("by run, and by age")
    func byRunAndAge() async throws {
        _ = try await call("1", run: "2026-11-24-000000000a", secret: "tulip")
        _ = try await call("1", run: "2026-11-24-000000000b", secret: "daisy")
        #expect(try Erasure.erase(.run("2026-11-24-000000000b"), in: fixture.path).entries == 2)
        #expect(occurrences("tulip") == 4 && occurrences("daisy") == 0)
        let past = Timestamp(millisecondsSince1970: 0)
        #expect(try Erasure.erase(.before(past), in: fixture.path).index == nil)
        let future = Timestamp(millisecondsSince1970: Timestamp.now().millisecondsSince1970 + 60_000)
        #expect(try Erasure.erase(.before(future), in: fixture.path).entries == 2)
        #expect(occurrences("tulip") == 0)
        #expect(try LogVerifier.verify(ledger: fixture.path).erased == 8)
    }

    @Test("a reader that was open sees that it is erased, and an open ledger goes on")
    func whileOpen() async throws {
        _ = try await call("1", secret: "tulip")
        let (ledger, _) = try fixture.open()
        var reader = try LedgerReader(directory: fixture.path)
        let record = try #require(try reader.next())
        #expect(try DecidedEntry(record.json()).arguments == .inline(["path": "arg tulip"]))
        _ = try Erasure.erase(.call(0), in: fixture.path)
        #expect(try DecidedEntry(record.json()).arguments.note?.hasPrefix("erased") == true)
        try await ledger.append(LedgerFixture.decided("2"))
        try await ledger.close()
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
    }

    @Test("data that somebody changed is not what the entry committed to; data that is gone is missing")
    func tampered() async throws {
        _ = try await call("1", secret: "tulip")
        let segment = "ledger/data/0"
        let bytes = try fixture.folder.read(segment)
        // As somebody would who knows the format: another text of the same length, with its checksums.
        let changed = Array(String(decoding: bytes, as: UTF8.self).utf8)
        #expect(changed != bytes || !changed.isEmpty)
        let first = try #require(bytes.withUnsafeBytes { DataRecord($0, at: 0) })
        let payload = String(
            decoding: bytes[DataRecord.headerSize..<DataRecord.headerSize + first.count], as: UTF8.self)
        let forged = Array(payload.replacing("arg tulip", with: "arg daisy").utf8)
        let record = DataRecord(index: 0, payload: forged).encoded + forged
        try fixture.folder.write(segment, record + bytes[record.count...], mode: 0o600)
        #expect(try DecidedEntry(fixture.records()[0].json()).arguments.note?.hasPrefix("altered") == true)
        #expect(try LogVerifier.verify(ledger: fixture.path).altered == [0])
        unlink(fixture.folder(segment))
        let result = try LogVerifier.verify(ledger: fixture.path)
        #expect(result.missing == [0, 1] && !result.isWhole)
        // Every flipped byte of the store is noticed, or changes nothing.
        for offset in stride(from: 0, to: bytes.count, by: 7) {
            var flipped = bytes
            flipped[offset] ^= 1
            try fixture.folder.write(segment, flipped, mode: 0o600)
            #expect(try !LogVerifier.verify(ledger: fixture.path).isWhole, "byte \(offset)")
        }
    }

    @Test("arguments of many kilobytes fit, since the entry holds 32 bytes of them")
    func large() async throws {
        let text = String(repeating: "x", count: 200_000)
        let (ledger, _) = try fixture.open()
        var entry = LedgerFixture.decided("1")
        entry.arguments = .inline(["text": .string(text)])
        try await ledger.append(entry)
        #expect(try DecidedEntry(fixture.records()[0].json()).arguments == entry.arguments)
        #expect(try fixture.records()[0].payload.count < 1000)
    }

    @Test("records that a crash left in the store, torn or whole, are in nobody's way")
    func leftovers() async throws {
        _ = try await call("1", secret: "tulip")
        let orphan = Array(#"{"arguments":{"salt":"AAAA","value":1}}"#.utf8)
        for rubbish in [
            DataRecord(index: 2, payload: orphan).encoded + orphan, [1, 2, 3], [UInt8](repeating: 0, count: 100),
        ] {
            let bytes = try fixture.folder.read("ledger/data/0")
            try fixture.folder.write("ledger/data/0", bytes + rubbish, mode: 0o600)
            let index = try await call("n", secret: "daisy")
            #expect(try DecidedEntry(fixture.records()[Int(index)].json()).arguments == .inline(["path": "arg daisy"]))
        }
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
    }
}
