import Credentials
import Ledger
import LinuxIO
import Manifests
import Store
import StrictJSON

/// Ends leases: revokes, probes, and puts on record what that came to. The end of a call, of a run and of a process that
/// died all come through here.
package struct LeaseRetirement: Sendable {
    let sources: ConfiguredSources
    let store: any StateStore
    let ledger: Ledger
    let onStep: @Sendable (LeaseStep) -> Void

    /// A source is asked so often before it counts as one that cannot.
    private static let attempts = 3
    private static let pause = Duration.milliseconds(250)
    private static let longestDetail = 1000
    /// So long after a source's time is up a server may still do what it was asked: Vault gives a request 90 seconds, gateways
    /// 60.
    package static let usualSettling = Duration.seconds(90)

    private let settling: Duration

    /// - Parameter settling: After it, what a mint without an answer has not made is not made any more.
    package init(
        sources: ConfiguredSources, store: any StateStore, ledger: Ledger, settling: Duration = Self.usualSettling,
        onStep: @escaping @Sendable (LeaseStep) -> Void = { _ in }
    ) {
        self.sources = sources
        self.store = store
        self.ledger = ledger
        self.settling = settling
        self.onStep = onStep
    }

    /// When it is known whether a mint without an answer made something: what is not there then will not be.
    func settles(_ lease: LeaseRecord) -> Timestamp {
        let timeout = SourceName(lease.source).flatMap { sources.source($0) }?.configuration.timeout ?? .zero
        return lease.begun.adding(timeout + settling)
    }

    /// When a credential has expired, if it is issued at the last moment that is left for it.
    func latestEnd(of lease: LeaseRecord, lifetime: Duration) -> Timestamp { settles(lease).adding(lifetime) }

    /// Ends a lease, also in a task that was cancelled: a call that is ended is what it is for.
    ///
    /// - Parameter credential: What was minted; nil if nobody has it any more, or if it never came.
    /// - Returns: What it came to.
    package func retire(
        _ lease: LeaseRecord, with credential: MintedCredential?, context: RunContext
    ) async -> LeaseReport {
        await Task.detached { await end(lease, credential, context) }.value
    }

    private func end(
        _ lease: LeaseRecord, _ credential: MintedCredential?, _ context: RunContext
    ) async -> LeaseReport {
        let outcome = MintOutcome(of: lease, with: credential)
        // INVARIANT: a lease of unknown outcome is dead only if it was found so after its mint could make anything any more.
        let isUnsettled = outcome == .unknown && Timestamp.now() < settles(lease)
        var report = await attempt(lease, credential, outcome)
        if isUnsettled { report.mayComeToBe(until: settles(lease), Self.residual(of: lease)) }
        let told = report
        do {
            try await ledger.append(
                LeaseEndedEntry(
                    context: context, call: lease.call, lease: lease.id, credential: lease.credential,
                    source: lease.source, revocability: lease.revocability.rawValue, outcome: told.outcome,
                    probe: told.probeWord, detail: told.detail?.cut(toBytes: Self.longestDetail),
                    residual: told.residual))
            onStep(.reported)
        } catch {
            // Not dead as long as it is not on record: the next start ends it again, and says so.
            report.failure = "its end is not on record: \(error.message)"
        }
        let failure = report.failure
        do {
            try await store.update(lease: lease.id) { record in
                record.failure = failure
                record.isUnissued = lease.isUnissued
                guard failure == nil else { return }
                record.state = .dead
                record.ended = .now()
            }
            onStep(.dead)
        } catch {
            report.failure = report.failure ?? "its end could not be stored: \(error.message)"
        }
        return report
    }

    private func attempt(
        _ lease: LeaseRecord, _ credential: MintedCredential?, _ outcome: MintOutcome
    ) async -> LeaseReport {
        var report = LeaseReport(lease)
        let hasExpired = lease.expires.map { $0 <= .now() } ?? false
        guard let name = SourceName(lease.source), let source = sources.source(name) else {
            guard !hasExpired else { return report.expired() }
            let why = SourceName(lease.source).map { ": \(sources.absence(of: $0))" } ?? ""
            return report.failed(
                "no source `\(lease.source)` is there any more, which could end it\(why)", Self.residual(of: lease))
        }
        let handle = credential?.handle ?? LeaseHandle(lease: lease.id, details: lease.details, scope: lease.scope)
        let timeout = source.configuration.timeout
        var problem: CredentialError?
        for number in 1...Self.attempts {
            problem = nil
            let answer = await BoundedAnswer<Void>.of(lease.source, within: timeout, heedsCancellation: false) {
                () throws(CredentialError) in try await source.source.revoke(handle, with: credential)
            }
            switch answer {
            case .came, .late: break
            case .failed(let error), .hangs(let error): problem = error
            }
            if problem == nil || problem?.reason == .lost || number == Self.attempts { break }
            await Reactor.shared.sleep(until: .now + Self.pause * number)
        }
        if let problem {
            if problem.reason == .lost, outcome == .nothing { return report.unissued() }
            // It is over by itself, whatever its source says.
            if hasExpired, lease.revocability >= .expiry { return report.expired() }
            return report.failed(
                [problem.message, problem.remedy].compactMap(\.self).joined(separator: "; "), Self.residual(of: lease),
                opens: problem.reason == .lost ? lease.expires : nil)
        }
        onStep(.revoked)
        let probe = await BoundedAnswer<ProbeResult>.of(lease.source, within: timeout, heedsCancellation: false) {
            await source.source.probe(handle, with: credential)
        }
        onStep(.probed)
        switch probe {
        case .came(let result), .late(let result, _): report.judge(result, residual: Self.residual(of: lease))
        case .failed(let error), .hangs(let error):
            report.judge(.unknown(error.message), residual: Self.residual(of: lease))
        }
        return report
    }

    /// How long it stays good if nothing was done about it.
    private static func residual(of lease: LeaseRecord) -> LeaseEndedEntry.Residual {
        lease.expires.map { .until($0) } ?? .unbounded
    }
}
