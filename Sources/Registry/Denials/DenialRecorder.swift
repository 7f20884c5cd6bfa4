import Ledger
import LinuxIO
import Policy

/// Records denials as far as `DenialTally` says, and the counts of the others.
struct DenialRecorder: Sendable {
    let recorder: Recorder
    private let tally: DenialTally

    init(_ recorder: Recorder) {
        self.recorder = recorder
        tally = DenialTally(now: .now)
    }

    /// Denies a call, and puts that on record or counts it.
    ///
    /// - Parameters:
    ///   - amendment: What would let the call through, for the record and for a person. Computed only for what is
    ///     recorded: a flood does not pay for it.
    ///   - tool: Nil if the task has none of that name.
    ///   - call: Nil if it could not be resolved, or not be recorded.
    func deny(
        _ request: CallRequest, _ decision: Decision, _ amendment: @autoclosure @Sendable () -> Amendment?,
        of tool: RegisteredTool?, _ call: ResolvedCall?, name: String
    ) async -> Outcome {
        let verdict = tally.add(
            DenialTally.Shape(
                tool: tool?.tool.name.rawValue, code: decision.code.rawValue, rules: decision.rules.map(\.index)))
        switch verdict {
        case .record:
            let amendment = amendment()
            // A denial that cannot be recorded is one all the same.
            let index = try? await recorder.recordDenial(request, decision, amendment, of: tool, call, name: name)
            return .denied(decision, amendment, index: index)
        case .count:
            await recordDue()
            return .denied(decision, index: nil)
        case .countBeyondCap:
            await recordDue()
            return .denied(
                decision.with("this run was denied \(tally.perRun) calls; further denials are only counted"), index: nil
            )
        }
    }

    /// Records what was counted since the last time. To be called when the run ends.
    func finish() async throws(LedgerError) { try await record(tally.rest(now: .now)) }

    /// What cannot be recorded now is tried again with the next counts, and at the end of the run.
    private func recordDue() async { try? await record(tally.due(now: .now)) }

    private func record(_ counts: [DenialTally.Count]) async throws(LedgerError) {
        var rest = counts[...]
        while !rest.isEmpty {
            let entry = DenialsEntry(
                context: recorder.context, counts: rest.prefix(DenialsEntry.most).map { DenialsEntry.Count($0) })
            do {
                try await recorder.ledger.append(entry)
            } catch {
                tally.restore(rest)
                throw error
            }
            rest = rest.dropFirst(DenialsEntry.most)
        }
    }
}

extension DenialsEntry.Count {
    fileprivate init(_ count: DenialTally.Count) {
        self.init(
            tool: count.shape.tool, code: count.shape.code, rules: count.shape.rules.map { Int64($0) },
            count: Int64(count.count))
    }
}

extension Decision {
    /// The same denial with something more to tell the agent.
    fileprivate func with(_ note: String) -> Decision {
        .denial(code, "\(reason); \(note)", clientReason: "\(clientReason); \(note)", at: decidedAt)
    }
}
