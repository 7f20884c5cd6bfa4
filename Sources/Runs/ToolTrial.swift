import Diagnostics
import Glibc
import LinuxIO
import Manifests
import Registry
import Sandbox
import Store
import StrictJSON

/// Runs the tests in a tool's manifest: each a real call, in the sandbox that the tool would have, in a state of its own
/// that is thrown away afterwards.
///
/// The workspace is a copy of the folder `fixture` beside the manifest, made anew for every test. A tool that may be
/// granted parts of `.git` finds it as a repository with one commit.
package struct ToolTrial: Sendable {
    /// What came of one test.
    package struct Result: Sendable {
        /// 0-based, in the order of the manifest.
        package let index: Int
        package let arguments: JSON
        /// Why it failed; nil if it passed.
        package let problem: String?
        /// What the sandbox refused meanwhile: a test can pass without it.
        package let violations: [Violation]
    }

    private let entry: ToolCatalog.Entry
    private let profile: ResolvedProfile
    private let options: TaskRun.Options
    private let scratch: ScratchFolder

    /// The manifest.
    package var file: String { entry.file }

    /// Arguments to begin with: one of each kind that a call needs.
    package var exampleCall: JSON {
        var call = JSONObject()
        for name in entry.tool.inputSchema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            let property = entry.tool.inputSchema["properties"]?[name]
            call[name] =
                property?["default"] ?? property?["enum"]?[0]
                ?? {
                    switch property?["type"]?.stringValue {
                    case "integer", "number": 1
                    case "boolean": true
                    case "array": []
                    case "object": [:]
                    default: "TEXT"
                    }
                }()
        }
        return .object(call)
    }

    /// - Parameter name: A tool of the catalogue that the options name.
    package init(_ name: String, tools: [String], sandboxes: [String]) throws {
        let catalogue = try ToolFinder(tools: tools, sandboxes: sandboxes)
        entry = try catalogue.entry(named: name)
        profile = try catalogue.profiles.profile(of: entry)
        scratch = try ScratchFolder()
        var options = TaskRun.Options(
            intent: scratch.path + "/intent.json", workspace: scratch.path + "/workspace", tools: catalogue.additional,
            sandboxes: sandboxes, confinement: .unconfined, command: [], home: scratch.path + "/state")
        // Its state is thrown away, and what issues credentials is the person's own.
        options.credentialsHome = try? Home.open().path
        let intent: JSON = [
            "apiVersion": .string(Manifests.apiVersion), "kind": "Intent", "name": "tool-test",
            "purpose": "Run the tests in a tool's manifest.", "principal": "author@localhost",
            "rules": [["allow": .string(entry.tool.name.rawValue)]],
        ]
        self.options = options
        try scratch.write("intent.json", intent.encodedString())
    }

    /// Runs every test, one after the other, and hands each result on as it comes.
    package func run(_ report: (Result) -> Void) async throws {
        for (index, test) in entry.tool.tests.enumerated() {
            try prepareWorkspace()
            let run = try await TaskRun.open(options, registering: entry)
            let outcome = await run.registry.call(CallRequest(tool: entry.tool.name.rawValue, arguments: test.call))
            if let problem = await run.end(["end": "test ended"]) { throw RunError(problem) }
            report(
                Result(
                    index: index, arguments: test.call, problem: test.expect.problem(with: outcome),
                    violations: outcome.violations))
        }
    }

    private func prepareWorkspace() throws {
        let workspace = scratch.path + "/workspace"
        try HostCommand.run(["/bin/rm", "-rf", workspace])
        let fixture = entry.folder + "/fixture"
        if access(fixture, F_OK) == 0 {
            try HostCommand.run(["/bin/cp", "-R", fixture, workspace])
        } else {
            try HostCommand.run(["/bin/mkdir", workspace])
        }
        guard profile.grants.contains(.git) else { return }
        let identity = ["-c", "user.name=agentbox", "-c", "user.email=agentbox@localhost"]
        let git = ["/usr/bin/git", "-C", workspace]
        try HostCommand.run(git + ["init", "--quiet", "--initial-branch=main"])
        try HostCommand.run(git + ["add", "--all"])
        try HostCommand.run(git + identity + ["commit", "--quiet", "--allow-empty", "--message", "Fixture"])
    }
}

extension ToolTest.Expectation {
    /// What of the outcome is not as expected; nil if all is.
    fileprivate func problem(with outcome: Outcome) -> String? {
        let found = "it \(outcome.sentence)"
        switch self {
        case .denied: return outcome.status == .denied ? nil : "expected a denial; \(found)"
        case .failed: return outcome.status == .failed ? nil : "expected a failure; \(found)"
        case .succeeds(let contains, let structured):
            guard outcome.status == .succeeded, let report = outcome.report else { return "expected success; \(found)" }
            let output = String(decoding: report.output, as: UTF8.self)
            if let contains, !output.contains(contains) {
                return "expected output with `\(contains)`, found `\(output.prefix(200))`"
            }
            if let structured, outcome.structured != structured {
                return "expected the output \(structured.encodedString()), found `\(output.prefix(200))`"
            }
            return nil
        }
    }
}

extension Outcome {
    /// How it ended, for a sentence that begins with `it`.
    fileprivate var sentence: String {
        switch status {
        case .denied: return "was denied: \(decision.reason)"
        case .succeeded: return "succeeded"
        case .failed:
            let errors = report.map { String(decoding: $0.errorOutput.prefix(500), as: UTF8.self) } ?? ""
            return "failed: " + [failure?.message ?? endWord, errors].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }
}
