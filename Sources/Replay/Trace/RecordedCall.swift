import Diagnostics
import Manifests
import Policy
import StrictJSON

/// One call of a trace: a line of JSON.
///
/// ```json
/// {"tool": "send_email", "args": {"to": "bob@example.com"}, "result": {"id": 7}, "labels": [], "expect": "allow"}
/// ```
package struct RecordedCall: Sendable {
    /// As it was asked for, whether or not there is such a tool.
    package var tool: String
    package var arguments: JSON
    /// What the tool returned; nil where the trace does not say.
    package var result: JSON?
    /// What the output carries. Nil where the trace does not say, and then it is as the tool was registered.
    package var labels: [Label]?
    /// When it was asked for; nil: with the call before it.
    package var time: Instant?
    /// What has to be decided.
    package var expected: Intent.Effect?
    /// True for a call without which the attack that the trace holds has come to nothing.
    package var isAttack: Bool
    /// Members that are not read, in their order.
    package var unread: [String]

    package init(
        tool: String, arguments: JSON, result: JSON? = nil, labels: [Label]? = nil, time: Instant? = nil,
        expected: Intent.Effect? = nil, isAttack: Bool = false, unread: [String] = []
    ) {
        self.tool = tool
        self.arguments = arguments
        self.result = result
        self.labels = labels
        self.time = time
        self.expected = expected
        self.isAttack = isAttack
        self.unread = unread
    }

    /// False for a result of MCP that says that it is an error. Where the trace says nothing, the call succeeded.
    var succeeded: Bool { result?["isError"]?.boolValue != true || result?["content"]?.arrayValue == nil }

    /// How long the result is, for budgets of bytes: a text as it is, anything else as it would be written.
    var resultBytes: Int {
        switch result {
        case nil: 0
        case .string(let text): text.utf8.count
        case let value?: value.encoded().count
        }
    }

    /// What the output carries, for a tool whose registration says `registered` of it.
    func outputLabels(registered: [Label]) -> [Label] { labels ?? registered }
}

extension RecordedCall {
    static let members: Set<String> = ["tool", "args", "result", "labels", "at", "expect", "attack"]

    /// Reads a line. The reason of an error reads after the line's place.
    init(parsing line: [UInt8]) throws(ReplayError) {
        let json: JSON
        do {
            json = try JSON(parsing: line, limits: JSONLimits(bytes: LineReader.longestLine))
        } catch {
            throw ReplayError(.badCall, "not strict JSON: \(error.message)", remedy: error.remedy)
        }
        guard let object = json.objectValue else {
            throw ReplayError(
                .badCall, "expected an object with `tool` and `args`", remedy: "write one call a line, as JSON Lines")
        }
        guard let tool = object["tool"]?.stringValue else {
            throw ReplayError(.badCall, "the member `tool` has to be the name of a tool")
        }
        self.init(
            tool: tool, arguments: object["args"] ?? [:], result: object["result"],
            labels: try Self.labels(object["labels"]), time: try Self.time(object["at"]),
            expected: try Self.expected(object["expect"]), isAttack: try Self.flag(object["attack"]),
            unread: object.keys.filter { !Self.members.contains($0) })
    }

    private static func labels(_ json: JSON?) throws(ReplayError) -> [Label]? {
        guard let json else { return nil }
        let labels = json.arrayValue?.compactMap(\.stringValue)
        guard let labels, labels.count == json.arrayValue?.count else {
            throw ReplayError(
                .badCall, "the member `labels` has to be a list of labels", remedy: "write `[]` for a trusted output")
        }
        return labels.map { Label($0) }
    }

    private static func time(_ json: JSON?) throws(ReplayError) -> Instant? {
        guard let json else { return nil }
        guard let text = json.stringValue, let moment = RFC3339.parse(text) else {
            throw ReplayError(
                .badCall, "the member `at` has to be a moment of RFC 3339", remedy: "write `2027-06-01T12:00:00Z`")
        }
        return Instant(secondsSince1970: moment.seconds, nanoseconds: moment.nanoseconds)
    }

    private static func expected(_ json: JSON?) throws(ReplayError) -> Intent.Effect? {
        guard let json else { return nil }
        guard let effect = json.stringValue.flatMap(Intent.Effect.init(rawValue:)) else {
            throw ReplayError(
                .badCall,
                "the member `expect` has to be `allow`, `approve` or `deny`, not "
                    + VisibleText.quoted(json.encodedString()))
        }
        return effect
    }

    private static func flag(_ json: JSON?) throws(ReplayError) -> Bool {
        guard let json else { return false }
        guard let flag = json.boolValue else {
            throw ReplayError(.badCall, "the member `attack` has to be true or false")
        }
        return flag
    }
}
