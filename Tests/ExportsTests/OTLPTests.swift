import Glibc
import Ledger
import StrictJSON
import TestSupport
import Testing

@testable import Exports

@Suite("A run is a trace of OpenTelemetry, and a call a span")
struct OTLPTests {
    private static func spans(_ fixture: ExportFixture) throws -> [JSON] {
        try fixture.lines(.otlpJSON).flatMap { line in
            line["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.arrayValue ?? []
        }
    }

    private static func attribute(_ key: String, _ span: JSON) -> JSON? {
        span["attributes"]?.arrayValue?.first { $0["key"]?.stringValue == key }?["value"]
    }

    @Test("the run is the root, its calls are beneath it, and the approval is an event of the call that it is about")
    func tree() async throws {
        let spans = try Self.spans(try await ExportFixture(ExportFixture.story()))
        #expect(spans.count == 7)
        let root = try #require(spans.first { $0["name"] == "invoke_agent claude-code" })
        let calls = spans.filter { $0["name"]?.stringValue?.hasPrefix("execute_tool") == true }
        #expect(calls.count == 4)
        #expect(calls.allSatisfy { $0["traceId"] == root["traceId"] && $0["parentSpanId"] == root["spanId"] })
        let approved = try #require(calls.first { Self.attribute("gen_ai.tool.call.id", $0)?["stringValue"] == "c3" })
        #expect(approved["events"]?.arrayValue?.count == 2)
        #expect(
            approved["status"]?["code"] == 2 && Self.attribute("error.type", approved)?["stringValue"] == "tool_error")
        let open = try #require(calls.first { Self.attribute("gen_ai.tool.call.id", $0)?["stringValue"] == "c4" })
        #expect(Self.attribute("agentbox.unfinished", open)?["boolValue"] == true)
        #expect(root["events"]?[0]?["name"] == "denials")
    }

    @Test("integers of 64 bits are texts, and identifiers have their lengths and are the same at every export")
    func forms() async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let spans = try Self.spans(fixture)
        for span in spans {
            #expect(span["traceId"]?.stringValue?.utf8.count == 32 && span["spanId"]?.stringValue?.utf8.count == 16)
            #expect(span["startTimeUnixNano"]?.stringValue != nil && span["endTimeUnixNano"]?.stringValue != nil)
            for attribute in span["attributes"]?.arrayValue ?? [] {
                if let value = attribute["value"]?["intValue"] { #expect(value.stringValue != nil) }
            }
        }
        #expect(Set(spans.compactMap { $0["spanId"]?.stringValue }).count == spans.count)
        #expect(try Self.spans(fixture) == spans)
    }

    @Test("OpenTelemetry's own types take it, where they can be installed")
    func parsed() async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let check = InstalledAgentbox.checkout + "/Tests/ExportsTests/Checks/otlp.sh"
        let good = Command.run(["/bin/bash", check], input: try fixture.export(.otlpJSON).text)
        if good.status == 77 { return print("skipped: opentelemetry-proto cannot be installed: \(good.errorOutput)") }
        #expect(good.status == 0 && good.output == "7 spans\n", "\(good)")
        // Positive control: a number where a 64-bit integer has to be one, and a name that there is not.
        let text = try fixture.export(.otlpJSON).text.replacing("\"spanId\"", with: "\"spanIdent\"")
        #expect(Command.run(["/bin/bash", check], input: text).status == 1)
    }

    @Test("what is held does not grow with calls that never ended")
    func flat() throws {
        var exporter = OTLPExporter(origin: "x")
        var output: [UInt8] = []
        var most = 0
        var spans = 0
        for number in 0..<40_000 {
            let json = ExportFixture.decided("c\(number)", "fs.read", "allow", at: Int64(number))
            exporter.add(ExportedEntry(index: LedgerIndex(number), payload: [], json: json), &output)
            spans += output.isEmpty ? 0 : 1
            output.removeAll(keepingCapacity: true)
            most = max(most, exporter.calls.count + exporter.pending.count)
        }
        #expect(most <= 16_400 && spans > 0, "\(most)")
    }
}
