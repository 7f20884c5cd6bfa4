import ArgumentParser
import Diagnostics
import LinuxIO
import Runs
import Store
import StrictJSON

/// `agentbox ps`
struct PsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps",
        abstract: "Show what runs now: runs, their calls, and what waits for an approval.",
        discussion: """
            EXAMPLES
              agentbox ps
              agentbox ps --json
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let home = try Home.open()
        let store = try await BlockingPool.shared.run { () throws(StoreError) in try SQLiteStateStore(home) }
        let now = try await RunningNow.look(home, store)
        if json { return Terminal.print(json: now.json) }
        if let problem = now.problem {
            Terminal.complain(problem)
            Terminal.note("the calls are not known")
        }
        if now.runs.isEmpty {
            Terminal.print("nothing runs now")
        } else {
            for line in Self.lines(now, at: .now()) { Terminal.print(line) }
        }
        for line in Self.revoked(now) { Terminal.print(line) }
    }

    /// What is revoked until somebody lifts it.
    private static func revoked(_ now: RunningNow) -> [String] {
        now.revoked.compactMap { revocation in
            switch revocation.scope {
            case .tool(let name):
                "\(VisibleText.line(name)) is revoked until it is registered again or "
                    + "`agentbox revoke --lift --tool \(VisibleText.line(name))`"
            case .principal(let name):
                "\(VisibleText.line(name)) is revoked until `agentbox revoke --lift --principal \(VisibleText.line(name))`"
            case .run, .all: nil
            }
        }
    }

    private static func lines(_ now: RunningNow, at time: Timestamp) -> [String] {
        var table = Table()
        table.add("RUN", "TASK", "PRINCIPAL", "AGENT", "HOST", "FOR", "WHAT")
        for run in now.runs {
            let record = run.record
            let agent = [record.agent, record.confinement == "unconfined" ? "unconfined" : nil].compactMap(\.self)
            table.add(
                record.run, VisibleText.line(record.task, limit: 40), VisibleText.line(record.principal, limit: 40),
                agent.isEmpty ? "confined" : VisibleText.line(agent.joined(separator: ", "), limit: 40),
                String(record.host), age(record.started, time),
                "\(run.calls.count) call\(run.calls.count == 1 ? "" : "s")"
                    + (run.approvals.isEmpty ? "" : ", \(run.approvals.count) waiting for an approval")
                    + (record.isPaused ? ", paused" : ""))
            for call in run.calls {
                table.add(
                    "  call \(call.call)", VisibleText.line(call.tool),
                    call.server.map { "of \(VisibleText.line($0))" } ?? "",
                    "", "", age(call.since, time), "entry \(call.index)")
            }
            for approval in run.approvals {
                table.add(
                    "  call \(approval.call)", VisibleText.line(approval.tool), "", "", "", "",
                    "waits: agentbox approve show \(approval.id)")
            }
        }
        return table.lines(within: Terminal.tableWidth)
    }

    /// `3m`, `2h`: the largest whole unit.
    private static func age(_ since: Timestamp, _ now: Timestamp) -> String {
        let seconds = max(0, (now.millisecondsSince1970 - since.millisecondsSince1970) / 1000)
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }
}
