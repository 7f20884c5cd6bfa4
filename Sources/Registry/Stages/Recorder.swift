import Approvals
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

    /// Of an amendment's texts in the ledger: an entry is bounded.
    private static let amendmentLimit = 4 << 10

    /// A decision on a call that was resolved.
    ///
    /// - Parameters:
    ///   - approval: Nil of a call that nobody was asked about, or that nobody approved.
    ///   - named: The call in its one form, where it was made already.
    func record(
        _ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, _ amendment: Amendment?, name: String,
        _ approval: ApprovalNote? = nil, as named: CanonicalCall? = nil
    ) async throws(LedgerError) -> LedgerIndex {
        let registration = tool.registration
        let canonical = named ?? canonical(call, of: tool, decision, name, approval)
        let limit = decision.effect == .allow ? RecordedValue.inlineLimit : RecordedValue.deniedInlineLimit
        return try await ledger.append(
            DecidedEntry(
                context: context, call: name, tool: tool.tool.name.rawValue, effect: decision.effect.rawValue,
                decision: Self.recorded(decision, amendment),
                arguments: Self.recorded(call.arguments, call.canonicalArguments, limit),
                grants: Self.recorded(grants: call.grantsJSON),
                credentials: call.credentials.isEmpty ? nil : Self.recorded(grants: call.credentialsJSON),
                toolDigest: registration.toolDigest.description,
                profileDigest: registration.profileDigest.description,
                callDigest: try? canonical.digest().description, labels: decision.labels.map(\.rawValue),
                server: tool.server?.name.rawValue, approval: approval?.json,
                canonical: [
                    "nonce": .string(canonical.nonce.description), "expires": .string(canonical.expires.description),
                ]))
    }

    /// A denial: of a call that was resolved with all that is known of it, where that fits, else of what was asked for.
    func recordDenial(
        _ request: CallRequest, _ decision: Decision, _ amendment: Amendment?, of tool: RegisteredTool?,
        _ call: ResolvedCall?, name: String
    ) async throws(LedgerError) -> LedgerIndex {
        if let call, let tool {
            do throws(LedgerError) {
                return try await record(call, of: tool, decision, amendment, name: name)
            } catch {
                guard error.isEntryTooLarge else { throw error }
            }
        }
        return try await record(request, decision, name: name)
    }

    /// A denial of a call that could not be resolved, or not be recorded. Arguments of any size and shape may come here,
    /// and there is always room: what does not fit is abridged.
    private func record(
        _ request: CallRequest, _ decision: Decision, name: String
    ) async throws(LedgerError) -> LedgerIndex {
        // Numbers without a canonical form are identified by what they are written as.
        let canonical = try? request.arguments.canonical()
        let whole = canonical ?? request.arguments.encoded()
        let digest = RecordedValue.digest(Digest.of(whole).description, bytes: whole.count)
        var entry = DecidedEntry(
            context: context, call: name, tool: String(request.tool.prefix(64)), effect: decision.effect.rawValue,
            decision: decision.json(),
            arguments: canonical.map { Self.recorded(request.arguments, $0, RecordedValue.deniedInlineLimit) }
                ?? digest)
        do throws(LedgerError) {
            return try await ledger.append(entry)
        } catch {
            guard error.isEntryTooLarge else { throw error }
            entry.decision = entry.decision.abridged()
            entry.arguments = digest
            return try await ledger.append(entry)
        }
    }

    /// The end of a call that was started. If it cannot be recorded the call has happened all the same: the outcome
    /// says so, and the next start ends the call from what its run left.
    func recordEnd(of call: borrowing AuthorisedCall, _ execution: Execution) async -> Outcome {
        var outcome = Outcome(
            status: execution.succeeded ? .succeeded : .failed, decision: call.decision, failure: execution.failure,
            report: execution.report, structured: execution.structured, content: execution.content,
            service: execution.service, publication: execution.publication, violations: execution.violations,
            egress: execution.egress, credentials: execution.credentials, ledgerIndex: call.index)
        do {
            try await ledger.append(
                abridging: EndedEntry(
                    context: context, call: call.name, tool: call.tool.tool.name.rawValue, decided: call.index,
                    outcome: outcome.recorded(), output: outcome.recordedOutput(),
                    labels: !execution.wasStarted ? [] : call.tool.tool.outputLabels.map(\.rawValue)))
        } catch {
            // What is published has happened: it must not be reported as a failure.
            if case .published = outcome.publication {
                outcome.unrecordedEnd = error.message
                return outcome
            }
            outcome.status = .failed
            outcome.failure =
                outcome.failure
                ?? Outcome.Failure(
                    code: "ledger-unavailable",
                    message: "the call ended, but its end is not on record: \(error.message)")
        }
        return outcome
    }

    /// Grants as they are where they are few, else their digest and how many they are.
    static func recorded(grants: JSON) -> JSON {
        let bytes = (try? grants.canonical()) ?? grants.encoded()
        guard bytes.count > RecordedValue.inlineLimit else { return grants }
        return [
            "digest": .string(Digest.of(bytes).description), "bytes": .integer(Int64(bytes.count)),
            "count": .integer(Int64(grants.arrayValue?.count ?? 0)),
        ]
    }

    private static func recorded(_ decision: Decision, _ amendment: Amendment?) -> JSON {
        guard let amendment, case .object(var object) = decision.json() else { return decision.json() }
        object["amendment"] = amendment.json(limit: amendmentLimit)
        return .object(object)
    }

    private static func recorded(_ arguments: JSON, _ canonical: [UInt8], _ limit: Int) -> RecordedValue {
        canonical.count <= limit
            ? .inline(arguments) : .digest(Digest.of(canonical).description, bytes: canonical.count)
    }

    /// The call in its one form. One that was decided without people is started now or never.
    func canonical(
        _ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, _ name: String, _ approval: ApprovalNote?
    ) -> CanonicalCall {
        if let approval { return approval.canonical }
        let now = Moment(secondsSince1970: decision.decidedAt.secondsSince1970)
        return CanonicalCall(
            call, of: tool, name: name, context: context, expires: now + Self.secondsToStart, nonce: .make())
    }

    private static let secondsToStart: Int64 = 60
}
