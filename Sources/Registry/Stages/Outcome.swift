import Ledger
import MCP
import Policy
import Sandbox
import Store
import StrictJSON

/// What became of one call: a denial on the way, or the end of its process and what was published.
package struct Outcome: Sendable {
    /// The call in one word.
    package enum Status: String, Sendable, Hashable {
        /// The tool ended with exit status 0, its output fits its schema, its writes are published.
        case succeeded
        /// It was started, and something of that did not hold.
        case failed
        /// It was stopped before anything was started.
        case denied
    }

    package var status: Status
    package var decision: Decision
    /// What would let a denied call through. For people: an agent is told nothing of it.
    package var amendment: Amendment?
    /// What agentbox or the tool got wrong; nil when the tool ran to its end and kept its promises.
    package var failure: Failure?
    /// How the process ended; nil if none was started.
    package var report: CallReport?
    /// Standard output as JSON, where it fits the output schema.
    package var structured: JSON?
    /// What a tool server answered, block by block, for the agent; nil of a program.
    package var content: [MCPContent]?
    /// Who did it, if a tool server did.
    package var service: Service?
    package var publication: Publication = .nothing
    /// Everything that was refused while the tool ran, and what it left behind beyond its grant.
    package var violations: [Violation] = []
    /// What the call did with each of its destinations.
    package var egress: [EgressUse] = []
    /// What the call was issued, and what became of that.
    package var credentials: [CredentialUse] = []
    /// Why the end of the call is not on record, though what it wrote is published; nil if it is.
    package var unrecordedEnd: String?
    /// The ledger's index of the decision; nil if it could not be recorded.
    package var ledgerIndex: LedgerIndex?

    /// Why a call that was allowed did not succeed, where its exit status does not say so already.
    package struct Failure: Sendable, Hashable {
        /// Stable, in kebab case.
        package var code: String
        package var message: String
        /// What else a person should see; nothing of it goes to the agent.
        package var details: [String] = []
    }

    /// A tool server that was called, in the sandbox that it has for the whole run.
    package struct Service: Sendable, Hashable {
        package var server: String
        /// 1 for the first process of the run; a server that died is started again.
        package var start: Int
    }

    /// What happened to the call's writes.
    package enum Publication: Sendable {
        case nothing
        case published([WorkspaceChange])
        /// Somebody else changed the workspace meanwhile: nothing of the call was published.
        case conflict(path: String, reason: String)
        /// The call failed or was stopped: its writes were thrown away.
        case discarded
    }

    static func denied(_ decision: Decision, _ amendment: Amendment? = nil, index: LedgerIndex?) -> Outcome {
        Outcome(status: .denied, decision: decision, amendment: amendment, ledgerIndex: index)
    }
}

extension Outcome {
    /// The outcome as the ledger records it: everything but the outputs themselves, and of long lists the beginning.
    package func recorded() -> JSON {
        var object = JSONObject()
        object["status"] = .string(status.rawValue)
        object["end"] = .string(endWord)
        if let failure {
            object["failure"] = [
                "code": .string(failure.code), "message": .string(failure.message.cut(toBytes: 1000)),
            ]
        }
        if let service {
            object["server"] = ["name": .string(service.server), "start": .integer(Int64(service.start))]
        }
        if let report {
            object["exit"] = report.end.exitStatus.map { .integer(Int64($0)) }
            object["signal"] = report.end.signal.map { .integer(Int64($0)) }
            object["durationMicroseconds"] = .integer(report.duration.microseconds)
            object["resources"] = report.resources?.json
            object["outputBytes"] = .integer(Int64(report.output.count))
            if !report.unreported.isEmpty {
                object["unreported"] = .array(report.unreported.map { .string($0.rawValue) })
            }
        }
        if case .conflict(let path, let reason) = publication {
            object["conflict"] = ["path": .string(path), "reason": .string(reason.cut(toBytes: 1000))]
        }
        var room = EntryRoom()
        if !credentials.isEmpty {
            room.add(credentials.map(\.json), as: "credentials", to: &object, share: EntryRoom.bytes / 4)
        }
        if !egress.isEmpty { room.add(egress.map(\.json), as: "egress", to: &object, share: EntryRoom.bytes / 4) }
        if let details = failure?.details, !details.isEmpty {
            room.add(
                details.map { .string($0.cut(toBytes: 1000)) }, as: "details", to: &object, share: EntryRoom.bytes / 4)
        }
        // A flood of violations leaves room for what was published, which matters more.
        room.add(violations.map { $0.json() }, as: "violations", to: &object, share: EntryRoom.bytes / 2)
        if case .published(let changes) = publication {
            room.add(changes.map { $0.json() }, as: "changes", to: &object)
        }
        return .object(object)
    }

    /// What the tool wrote, for the store beside the ledger, where it can be erased; nil if it wrote nothing. What is
    /// longer than a ledger keeps is recorded by its digest.
    package func recordedOutput() -> RecordedValue? {
        guard let report else { return nil }
        var object = JSONObject()
        if let structured {
            object["structured"] = structured
        } else if !report.output.isEmpty {
            object["stdout"] = .string(String(decoding: report.output, as: UTF8.self))
        }
        if !report.errorOutput.isEmpty {
            object["stderr"] = .string(String(decoding: report.errorOutput, as: UTF8.self))
        }
        if object.isEmpty { return nil }
        let output = JSON.object(object)
        // Numbers without a canonical form are identified by what they are written as.
        guard let canonical = try? output.canonical(), canonical.count <= RecordedValue.outputLimit else {
            let written = (try? output.canonical()) ?? output.encoded()
            return .digest(Digest.of(written).description, bytes: written.count)
        }
        return .inline(output)
    }

    /// The outcome as `agentbox call --json` prints it.
    package func json() -> JSON {
        var object = JSONObject()
        object["decision"] = .string(decision.effect.rawValue)
        object["code"] = .string(decision.code.rawValue)
        object["reason"] = .string(decision.reason)
        object["rules"] = .array(decision.rules.map { $0.json() })
        object["amendment"] = amendment?.json()
        if let report {
            var outcome = recorded().objectValue ?? JSONObject()
            outcome["exit"] = report.end.exitStatus.map { .integer(Int64($0)) } ?? .null
            outcome["signal"] = report.end.signal.map { .integer(Int64($0)) } ?? .null
            outcome["stdout"] = .string(String(decoding: report.output, as: UTF8.self))
            outcome["stderr"] = .string(String(decoding: report.errorOutput, as: UTF8.self))
            outcome["structured"] = structured ?? .null
            if let content, !content.allSatisfy({ $0.text != nil }) { outcome["content"] = .array(content.map(\.wire)) }
            outcome["duration"] = .number(Double(report.duration.microseconds) / 1_000_000)
            outcome["durationMicroseconds"] = nil
            outcome["unrecordedEnd"] = unrecordedEnd.map(JSON.string)
            object["outcome"] = .object(outcome)
        } else if let failure {
            var outcome: JSONObject = [
                "status": .string(status.rawValue), "end": .string(endWord),
                "failure": ["code": .string(failure.code), "message": .string(failure.message)],
            ]
            if !failure.details.isEmpty { outcome["details"] = .array(failure.details.map(JSON.string)) }
            if !credentials.isEmpty { outcome["credentials"] = .array(credentials.map(\.json)) }
            object["outcome"] = .object(outcome)
        } else {
            object["outcome"] = .null
        }
        object["ledgerIndex"] = ledgerIndex.map { .integer(Int64($0)) } ?? .null
        return .object(object)
    }

    /// How it ended, in a word or two.
    package var endWord: String {
        if status == .denied { return "denied" }
        if case .conflict = publication { return "conflict" }
        guard let report else { return failure?.code ?? "not started" }
        switch report.end {
        case .exited(0), .answered(isError: false): return failure?.code ?? "done"
        case .answered(isError: true): return "error"
        case .exited(let status): return "exit \(status)"
        case .signalled where report.resources?.group?.isMemoryExhausted == true: return "memory limit"
        case .signalled(let signal): return "signal \(signal)"
        case .timedOut: return "timeout"
        case .cancelled: return "cancelled"
        case .outputLimit: return "output limit"
        }
    }
}

extension Duration {
    /// Whole microseconds, rounded down.
    package var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
