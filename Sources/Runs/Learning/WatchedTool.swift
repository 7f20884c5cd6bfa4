import Diagnostics
import Glibc
import LinuxIO
import Manifests
import Registry
import Sandbox
import StrictJSON

/// Calls of a tool, one after the other, on a workspace that none of them changes.
struct WatchedTool: Watched {
    let source: String
    let grants: Set<GrantWord>?
    private let calls: [JSON]
    private let rehearsal: CallRehearsal

    /// Blocking.
    ///
    /// - Parameters:
    ///   - file: A call a line: its arguments, or an object with them under `args`, as in a trace.
    ///   - workspace: Where the calls find their files.
    init(_ tool: String, calls file: String, workspace: String, finder: ToolFinder) throws {
        rehearsal = try CallRehearsal(tool, workspace: workspace, finder: finder)
        calls = try Self.calls(in: file, of: tool)
        source = "\(Counted.text(calls.count, "call")) of \(tool)"
        grants = Set(rehearsal.entry.tool.grants.map(\.word))
    }

    func run(under profile: ResolvedProfile, isTraced: Bool) async throws -> [CallReport] {
        try await run(Rehearsal(profile: profile, isTraced: isTraced))
    }

    func observeEnvironment(by observer: SharedDescriptor, under profile: ResolvedProfile) async throws -> [CallReport]
    {
        try await run(Rehearsal(profile: profile, isTraced: false, environmentObserver: observer))
    }

    private func run(_ way: Rehearsal) async throws -> [CallReport] {
        var reports: [CallReport] = []
        for (index, arguments) in calls.enumerated() {
            let outcome = try await rehearsal.call(arguments, way)
            guard let report = outcome.report else {
                let reason = outcome.failure?.message ?? outcome.decision.reason
                throw RunError("call \(index + 1) could not be made: \(reason)")
            }
            reports.append(report)
        }
        return reports
    }

    private static func calls(in file: String, of tool: String) throws -> [JSON] {
        let bytes = try Descriptor.open(file, O_RDONLY).readAll(limit: 16 << 20)
        var calls: [JSON] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            let value: JSON
            do {
                value = try JSON(parsing: Array(line))
            } catch {
                throw RunError("\(file), line \(index + 1): \(error.message)", remedy: "write one JSON object a line")
            }
            if let name = value["tool"]?.stringValue, name != tool { continue }
            calls.append(value["args"] ?? value)
        }
        guard !calls.isEmpty else {
            throw RunError("\(file) has no call of \(tool)", remedy: "write the arguments of one call a line, as JSON")
        }
        return calls
    }
}
