import Diagnostics
import LinuxIO
import Manifests
import Policy
import Registry
import Sandbox
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
            let home = try Home.open()
            let registrar = try ToolRegistrar(home, installation)
            let manifests = try TaskManifests.read(options, installation: installation, registrar: registrar)
            let intent = try compile(manifests, home, options)
            let visible = intent.visibleTools()
            var notes = ["tools that some call could be allowed of: " + visible.map(\.rawValue).joined(separator: ", ")]
            if visible.isEmpty { notes = ["no call could ever be allowed"] }
            if !manifests.intent.models.isEmpty {
                notes.append(IntentExplainer.channel(of: manifests.intent))
            }
            notes += manifests.notes
            let sources = await BlockingPool.shared.run { MissingSources(home) }
            notes += sources.notes + sources.warnings(of: visible.compactMap { manifests.tools[$0]?.tool })
            let shortage = await BlockingPool.shared.run { ApproverShortage(manifests.intent, SignerFiles(home)) }
            let now = Instant(secondsSince1970: Timestamp.now().millisecondsSince1970 / 1000)
            return IntentCheck(problem: nil, notes: notes, lints: intent.lints(now: now, whyNobody: shortage.reason))
        } catch let problem as any Diagnostic {
            return IntentCheck(problem: problem, notes: [], lints: [])
        }
    }

    /// Everything that is wrong with the rules, and with the workspace, at once.
    private static func compile(
        _ manifests: TaskManifests, _ home: Home, _ options: TaskRun.Options
    ) throws -> CompiledIntent {
        var problems: [ManifestProblem] = []
        do {
            _ = try manifests.workspace.map { try WorkspaceRoot($0, home: home.path) }
        } catch let error as any Diagnostic {
            // One that was named on the command line stands in no file.
            if options.workspace != nil { throw error }
            problems = [
                IntentProblems(options.intent).problem(
                    at: "workspace", error.code, error.message, suggestion: error.remedy)
            ]
        }
        do throws(ManifestErrors) {
            let intent = try manifests.compile(try definitions(manifests))
            if problems.isEmpty { return intent }
        } catch {
            problems += error.problems
        }
        throw ManifestErrors(problems)
    }

    /// A tool that cannot be used is an error of its manifest, or of the store.
    private static func definitions(_ manifests: TaskManifests) throws(ManifestErrors) -> [ToolName: ToolDefinition] {
        do { return try manifests.definitions() } catch let error as ManifestErrors { throw error } catch {
            let problem = error as? any Diagnostic
            throw ManifestErrors([
                ManifestProblem(
                    file: manifests.path, line: 1, column: 1, key: "rules", message: problem?.message ?? "\(error)",
                    suggestion: problem?.remedy, code: .init(rawValue: problem?.code ?? "unusable-tool"))
            ])
        }
    }

    package var json: JSON {
        var object = JSONObject()
        object["valid"] = .bool(problem == nil)
        if let errors = problem as? ManifestErrors {
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
