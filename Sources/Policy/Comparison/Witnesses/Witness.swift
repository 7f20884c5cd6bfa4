import Diagnostics
import Manifests
import StrictJSON

/// A call that comes to something else under one intent than under another: decided under both, not inferred.
package struct Witness: Hashable, Sendable {
    package let tool: ToolName
    package let arguments: JSON
    /// Where arguments lead that are links, by JSON pointer: canonical paths. Others lead where their texts say.
    package let links: [String: String]
    /// Calls that went ahead before it, under the same intent, each so many times. Empty for the first call of a run.
    package let earlier: [Earlier]
    /// What else has happened in the run, in words: calls of other tools, and what they returned.
    package let circumstances: [String]
    /// What it comes to under the first intent, and under the second.
    package let before: Intent.Effect
    package let after: Intent.Effect
    /// Whose approval it needs under the first intent and under the second, if it needs one under both.
    package let approvals: Approvals?

    /// Two approvals, in words.
    package struct Approvals: Hashable, Sendable {
        package let before: String
        package let after: String
    }

    /// A call that is made before.
    package struct Earlier: Hashable, Sendable {
        package let arguments: JSON
        package let times: Int
        /// What each of them wrote; nil where nothing depends on it.
        package let bytes: Int?
    }

    /// The call in words, for a terminal.
    package var words: String {
        var text = VisibleText.line(Self.words(tool, arguments), limit: 400)
        for (pointer, path) in links.sorted(by: { $0.key < $1.key }) {
            text += ", where \(VisibleText.quoted(pointer)) is a link to \(VisibleText.quoted(path))"
        }
        for call in earlier {
            let times = call.times == 1 ? "once" : "\(call.times) times"
            text +=
                call.arguments == arguments
                ? ", after the same call \(times)"
                : ", after \(VisibleText.line(Self.words(tool, call.arguments), limit: 400)) \(times)"
            if let bytes = call.bytes { text += " that wrote \(bytes) bytes" }
        }
        for circumstance in circumstances { text += ", " + circumstance }
        if let approvals { text += ", by \(approvals.after), and before by \(approvals.before)" }
        return text
    }

    private static func words(_ tool: ToolName, _ arguments: JSON) -> String {
        "\(tool) \(arguments.encodedString())"
    }

    package func json() -> JSON {
        var object = JSONObject()
        object["tool"] = .string(tool.rawValue)
        object["arguments"] = arguments
        if !links.isEmpty {
            object["links"] = .object(
                JSONObject(uniqueMembers: links.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }))
        }
        if !earlier.isEmpty {
            object["earlier"] = .array(
                earlier.map { call in
                    var object = JSONObject()
                    object["arguments"] = call.arguments
                    object["times"] = .integer(Int64(call.times))
                    object["bytes"] = call.bytes.map { .integer(Int64($0)) }
                    return .object(object)
                })
        }
        if !circumstances.isEmpty { object["circumstances"] = .array(circumstances.map(JSON.string)) }
        object["before"] = .string(before.rawValue)
        object["after"] = .string(after.rawValue)
        if let approvals {
            object["approvals"] = ["before": .string(approvals.before), "after": .string(approvals.after)]
        }
        return .object(object)
    }
}
