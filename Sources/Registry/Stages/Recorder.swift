import Ledger
import LinuxIO
import Policy
import Sandbox
import Store
import StrictJSON

/// Writes what was decided and what came of it into the ledger.
struct Recorder: Sendable {
    let ledger: Ledger
    let context: RunContext

    /// A decision on a call that was resolved.
    func record(
        _ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, name: String
    ) async throws(LedgerError) -> LedgerIndex {
        let registration = tool.registration
        return try await ledger.append(
            DecidedEntry(
                context: context, call: name, tool: tool.tool.name.rawValue, effect: decision.effect.rawValue,
                decision: decision.json(), arguments: Self.recorded(call.arguments, call.canonicalArguments),
                grants: call.grantsJSON, toolDigest: registration.toolDigest.description,
                profileDigest: registration.profileDigest.description,
                callDigest: digest(of: call, registration).description, labels: decision.labels.map(\.rawValue)))
    }

    /// A denial of a call that could not be resolved. Arguments of any size and shape may come here.
    func record(
        _ request: CallRequest, _ decision: Decision, name: String
    ) async throws(LedgerError) -> LedgerIndex {
        let canonical = try? request.arguments.canonical()
        return try await ledger.append(
            DecidedEntry(
                context: context, call: name, tool: String(request.tool.prefix(64)), effect: decision.effect.rawValue,
                decision: decision.json(),
                arguments: canonical.map { Self.recorded(request.arguments, $0) }
                    ?? .digest(
                        Digest.of(request.arguments.encoded()).description, bytes: request.arguments.encoded().count)))
    }

    /// The end of a call that was started. If it cannot be recorded the call has happened all the same: the outcome
    /// says so, and the next start reports a call without an end.
    func recordEnd(of call: borrowing AuthorisedCall, _ execution: Execution) async -> Outcome {
        var outcome = Outcome(
            status: execution.succeeded ? .succeeded : .failed, decision: call.decision, failure: execution.failure,
            report: execution.report, structured: execution.structured, publication: execution.publication,
            violations: execution.violations, ledgerIndex: call.index)
        do {
            try await ledger.append(
                EndedEntry(
                    context: context, call: call.name, tool: call.tool.tool.name.rawValue, decided: call.index,
                    outcome: outcome.recorded(),
                    labels: execution.report == nil ? [] : call.tool.tool.outputLabels.map(\.rawValue)))
        } catch {
            outcome.status = .failed
            outcome.failure =
                outcome.failure
                ?? Outcome.Failure(
                    code: "ledger-unavailable",
                    message: "the call ended, but its end is not on record: \(error.message)")
        }
        return outcome
    }

    private static func recorded(_ arguments: JSON, _ canonical: [UInt8]) -> RecordedValue {
        canonical.count <= RecordedValue.inlineLimit
            ? .inline(arguments) : .digest(Digest.of(canonical).description, bytes: canonical.count)
    }

    /// Of everything that matters to the call: what an approval will bind to.
    private func digest(of call: ResolvedCall, _ registration: Registration) -> Digest {
        let canonical: JSON = [
            "run": .string(context.run), "intent": .string(context.intentDigest),
            "tool": .string(registration.toolDigest.description),
            "executable": .string(registration.executableDigest.description),
            "profile": .string(registration.profileDigest.description),
            "arguments": .string(Digest.of(call.canonicalArguments).description), "grants": call.grantsJSON,
            "words": .array(call.words.map(JSON.string)),
        ]
        // Texts only: there is no number without a canonical form in it.
        return Digest.of((try? canonical.canonical()) ?? canonical.encoded())
    }
}
