import Ledger
import StrictJSON
import TestSupport
import Testing

@testable import Exports

@Suite("Every event fits the schema of OCSF's class API Activity")
struct OCSFTests {
    private static let schema = InstalledAgentbox.checkout + "/Tests/ExportsTests/Checks/api-activity-1.6.0.schema.json"

    /// What a validator that is not ours finds, an object for each line that does not fit.
    private static func problems(_ text: String) -> Command.Result {
        let script = """
            import json, sys, warnings
            warnings.simplefilter("ignore")
            import jsonschema
            schema = json.load(open(sys.argv[1]))
            validator = jsonschema.Draft202012Validator(schema)
            for number, line in enumerate(sys.stdin):
                for error in validator.iter_errors(json.loads(line)):
                    print(number, list(error.absolute_path), error.message)
            """
        return Command.run(["/usr/bin/python3", "-c", script, schema], input: text)
    }

    @Test("by an independent validator, all kinds of entries")
    func valid() async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let result = Self.problems(try fixture.export(.ocsf).text)
        #expect(result.status == 0 && result.output.isEmpty, "\(result)")
    }

    @Test(
        "which refuses an event without a required attribute, or with a number that is in no enumeration",
        arguments: [
            ("\"class_uid\":6003", "\"class_uid\":6004"), ("\"severity_id\":1", "\"severity_id\":7"),
            ("\"src_endpoint\"", "\"source\""), ("\"operation\"", "\"op\""),
            ("\"type_uid\":600302", "\"type_uid\":600303"),
            ("\"status\":\"Success\"", "\"status\":\"Fine\""),
        ])
    func control(change: (from: String, to: String)) async throws {
        let fixture = try await ExportFixture(ExportFixture.story())
        let text = try fixture.export(.ocsf).text
        #expect(text.contains(change.from))
        let result = Self.problems(text.replacing(change.from, with: change.to))
        #expect(result.status == 0 && !result.output.isEmpty, "\(result)")
    }

    @Test("decisions, ends, approvals and revocations say what they are")
    func meaning() async throws {
        let events = try await ExportFixture(ExportFixture.story()).lines(.ocsf)
        func event(_ index: Int) -> JSON { events[index] }
        #expect(event(1)["activity_id"] == 2 && event(1)["action_id"] == 1 && event(1)["disposition_id"] == 1)
        #expect(event(1)["resources"]?[0]?["name"] == "README.md")
        #expect(event(2)["duration"] == 1 && event(2)["status_id"] == 1)
        #expect(event(3)["disposition_id"] == 2 && event(3)["status_detail"] == "rule 2 denies the call")
        #expect(event(5)["severity_id"] == 4 && event(5)["is_alert"] == true)
        #expect(event(6)["disposition_id"] == 8)
        #expect(event(8)["count"] == 1000)
        #expect(event(12)["disposition_id"] == 24)
        #expect(event(1)["metadata"]?["correlation_uid"] == event(2)["metadata"]?["correlation_uid"])
        #expect(Set(events.compactMap { $0["metadata"]?["uid"]?.stringValue }).count == events.count)
    }
}
