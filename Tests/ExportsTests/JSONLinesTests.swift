import Ledger
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Exports

@Suite("An export has what the ledger has, and says what it has not")
struct JSONLinesTests {
    @Test("every entry is there, byte for byte, with its index")
    func entries() async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let (text, report) = try fixture.export(.jsonLines)
        var reader = try LedgerReader(directory: fixture.path)
        var expected = ""
        while let record = try reader.next() {
            expected += "{\"entry\":\(String(decoding: record.payload, as: UTF8.self)),\"index\":\(record.index)}\n"
        }
        #expect(text == expected)
        #expect(report.exported == 13 && report.read == 13 && report.first == 0 && report.last == 12)
        #expect(report.damage == nil)
    }

    @Test("of a time and of a run", arguments: EntryFormat.allCases)
    func selection(format: EntryFormat) async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let all = try fixture.export(format).report.exported
        let early = try fixture.export(format, ExportSelection(until: ExportFixture.at(3))).report
        let late = try fixture.export(format, ExportSelection(since: ExportFixture.at(3))).report
        #expect(early.exported == 3 && early.exported + late.exported == all && late.first == 3)
        #expect(try fixture.export(format, ExportSelection(run: "2026-11-24")).report.exported == all - 2)
        #expect(try fixture.export(format, ExportSelection(run: "2026-11-25")).report.exported == 0)
    }

    @Test(
        "of a damaged ledger what is sound is exported whole, and the damage is named", arguments: EntryFormat.allCases)
    func damage(format: EntryFormat) async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let whole = try fixture.export(format).report
        var reader = try LedgerReader(directory: fixture.path)
        for _ in 0..<5 { _ = try reader.next() }
        var log = try fixture.folder.read("ledger/log")
        log[Int(reader.position.offset) + 20] ^= 0xFF
        try fixture.folder.write("ledger/log", log, mode: 0o600)
        let (text, report) = try fixture.export(format)
        #expect(whole.damage == nil)
        #expect(report.exported == 5 && report.last == 4)
        #expect(report.damage?.message.contains("entry 5") == true, "\(String(describing: report.damage))")
        #expect(text.utf8.last == UInt8(ascii: "\n"))
    }
}
