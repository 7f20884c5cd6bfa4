import Diagnostics
import Manifests
import Sandbox

/// `agentbox sandbox check`: the names of system calls and constants in a profile's own file, every one that nobody
/// knows with its place.
package enum ProfileCheck {
    /// - Throws: `ManifestErrors`, also if the file cannot be read. Blocking.
    package static func names(in file: String) throws(ManifestErrors) {
        let calls = try ManifestFile.read(file)["syscalls"]
        var problems: [ManifestProblem] = []
        func check(_ value: Located?, _ key: String, _ problem: (String) -> SandboxError?) {
            guard let value, let text = value.json.stringValue, let error = problem(text) else { return }
            problems.append(
                ManifestProblem(
                    file: file, line: value.position.line, column: value.position.column, key: "syscalls." + key,
                    message: error.message, suggestion: error.remedy, code: .init(rawValue: error.code)))
        }
        for list in ["allow", "deny"] {
            for (index, name) in elements(calls?[list]).enumerated() {
                check(name, "\(list)[\(index)]", FilterRules.problem(withName:))
            }
        }
        for (index, rule) in elements(calls?["rules"]).enumerated() {
            check(rule["syscall"], "rules[\(index)].syscall", FilterRules.problem(withName:))
            check(rule["errno"], "rules[\(index)].errno", FilterRules.problem(withError:))
            let conditions = elements(rule["when"]).enumerated().map {
                ("rules[\(index)].when[\($0.offset)]", $0.element)
            }
            for (key, condition) in [("rules[\(index)]", rule)] + conditions {
                for list in ["in", "notIn"] {
                    for (place, value) in elements(condition[list]).enumerated() {
                        check(value, "\(key).\(list)[\(place)]", FilterRules.problem(withValue:))
                    }
                }
                for word in ["from", "to", "mask"] {
                    check(condition[word], "\(key).\(word)", FilterRules.problem(withValue:))
                }
            }
        }
        if !problems.isEmpty { throw ManifestErrors(problems) }
    }

    private static func elements(_ value: Located?) -> [Located] {
        guard let value, case .array(let elements) = value.content else { return [] }
        return elements
    }
}
