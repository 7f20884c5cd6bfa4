import Diagnostics
import Manifests
import Policy
import Store
import StrictJSON

/// `agentbox intent check`: does the intent hold together with the tools that it names?
package struct IntentCheck: Sendable {
    /// What is wrong; nil if nothing is.
    package let problem: (any Diagnostic)?
    /// What is worth knowing though it is not wrong.
    package let notes: [String]
    /// What is probably not meant.
    package let lints: [Lint]

    package static func run(_ options: TaskRun.Options) async throws -> IntentCheck {
        let installation = try Installation.find()
        do {
            let manifests = try TaskManifests.read(options, installation: installation)
            let intent = try manifests.compile(try manifests.definitions())
            let visible = intent.visibleTools()
            var notes = ["tools that some call could be allowed of: " + visible.map(\.rawValue).joined(separator: ", ")]
            if visible.isEmpty { notes = ["no call could ever be allowed"] }
            if !manifests.intent.models.isEmpty {
                notes.append("the agent has no network in this build: `models` cannot be reached")
            }
            return IntentCheck(problem: nil, notes: notes, lints: intent.lints(canApprove: false))
        } catch let problem as any Diagnostic {
            return IntentCheck(problem: problem, notes: [], lints: [])
        }
    }

    package var json: JSON {
        var object = JSONObject()
        object["valid"] = .bool(problem == nil)
        if let errors = problem as? ManifestErrors {
            object["problems"] = .array(errors.problems.map(\.json))
        } else if let errors = problem as? PolicyError {
            object["problems"] = .array(errors.problems.map(\.json))
        } else if let problem {
            object["problems"] = [["code": .string(problem.code), "message": .string(problem.message)]]
        } else {
            object["problems"] = []
        }
        object["notes"] = .array(notes.map(JSON.string))
        object["lints"] = .array(lints.map { $0.json() })
        return .object(object)
    }
}

extension ManifestProblem {
    package var json: JSON {
        var object = JSONObject()
        object["code"] = .string(code.rawValue)
        object["file"] = .string(file)
        object["line"] = .integer(Int64(line))
        object["column"] = .integer(Int64(column))
        object["key"] = .string(key)
        object["message"] = .string(message)
        object["suggestion"] = suggestion.map(JSON.string)
        return .object(object)
    }
}

extension PolicyProblem {
    var json: JSON {
        var object = JSONObject()
        object["code"] = .string(code)
        object["line"] = line.map { .integer(Int64($0)) }
        object["column"] = column.map { .integer(Int64($0)) }
        object["pointer"] = pointer.map(JSON.string)
        object["message"] = .string(message)
        object["fix"] = remedy.map(JSON.string)
        return .object(object)
    }
}
