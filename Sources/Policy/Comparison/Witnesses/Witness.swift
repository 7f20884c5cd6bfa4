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
    /// What it comes to under the first intent, and under the second.
    package let before: Intent.Effect
    package let after: Intent.Effect

    /// A call that is made before.
    package struct Earlier: Hashable, Sendable {
        package let arguments: JSON
        package let times: Int
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
        }
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
                earlier.map { ["arguments": $0.arguments, "times": .integer(Int64($0.times))] })
        }
        object["before"] = .string(before.rawValue)
        object["after"] = .string(after.rawValue)
        return .object(object)
    }
}
