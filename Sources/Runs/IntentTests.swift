import Manifests
import Policy
import Replay
import Store
import StrictJSON

/// `agentbox intent test`: the tests that an intent's rules carry.
package enum IntentTests {
    /// Reads the intent and the tools, the bundled ones where none are given, and runs every test.
    package static func run(intent path: String, tools paths: [String]) throws -> [RuleTestReport] {
        let intent = try Intent.load(path: path)
        let tools = try ReplayTools.load(paths.isEmpty ? [try Installation.find().tools] : paths)
        return try CompiledIntent.runTests(of: intent, tools: try tools.policyTools(for: intent))
    }
}

extension RuleTestReport {
    package var json: JSON {
        var object = JSONObject()
        object["rule"] = .integer(Int64(rule))
        object["line"] = .integer(Int64(line))
        object["effect"] = .string(effect.rawValue)
        object["tool"] = .string(tool.text)
        object["arguments"] = arguments
        object["expected"] = .string(shouldMatch ? "match" : "noMatch")
        object["passed"] = .bool(failure == nil)
        object["why"] = failure.map(JSON.string)
        return .object(object)
    }
}
