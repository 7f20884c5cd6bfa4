import Ledger
import StrictJSON
import TestSupport
import Testing

@testable import Exports

@Suite("The table is RFC 4180, and no spreadsheet computes what an agent wrote")
struct CSVTests {
    /// Reads it with a reader that is not ours.
    private static func parsed(_ text: String) throws -> [[String]] {
        let script =
            "import csv,io,json,sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(), newline=''), strict=True))))"
        let result = Command.run(["/usr/bin/python3", "-c", script], input: text)
        #expect(result.status == 0, "\(result)")
        return try JSON(parsing: result.output).arrayValue?.map { $0.arrayValue?.compactMap(\.stringValue) ?? [] } ?? []
    }

    @Test("every record has every column")
    func columns() async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let text = try fixture.export(.csv).text
        let rows = try Self.parsed(text)
        #expect(rows.count == 14 && rows.allSatisfy { $0.count == CSVExporter.columns.count })
        #expect(rows[0] == CSVExporter.columns)
        let tool = try #require(CSVExporter.columns.firstIndex(of: "tool"))
        let approvers = try #require(CSVExporter.columns.firstIndex(of: "approvers"))
        #expect(rows[2][tool] == "fs.read" && rows[7][approvers] == "bob@example.com")
        #expect(text.unicodeScalars.count { $0 == "\r" } == 14 && text.hasSuffix("\r\n"))
    }

    @Test(
        "what a spreadsheet would compute begins with an apostrophe",
        arguments: ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1", "|cmd", "%x", "\u{FF1D}1", "=\"a\"\"b\",c\r\nd"])
    func formula(text: String) async throws {
        let fixture = try await ExportFixture([
            ExportFixture.decided("c1", text, "deny", at: 0, grants: [["read": .string(text)]], reason: text)
        ])
        let row = try #require(try Self.parsed(try fixture.export(.csv).text).last)
        for column in ["tool", "reason"] {
            let cell = row[try #require(CSVExporter.columns.firstIndex(of: column))]
            // Characters that nobody sees are written out, and begin no formula then.
            #expect(cell.hasPrefix("'") || cell.hasPrefix("\\u{"), "\(cell)")
            #expect(cell.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(cell)")
        }
        // Positive control: a cell that is no formula is as it is.
        #expect(row[0] == "0")
    }
}
