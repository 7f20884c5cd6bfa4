import Credentials
import Ledger
import LinuxIO
import Manifests
import Store
import StrictJSON

/// The stage between a decision and its call: issues what the call needs, and ends it when the call is over. Everything
/// is written ahead, so that a host that dies at any point leaves nothing alive that the next one does not know of:
///
///     decision durable → `minting` in the store → on record → mint → `live` → deliver → the call → revoke → probe → on record → `dead`
package final class CredentialStage: Sendable {
    package let sources: ConfiguredSources
    private let store: any StateStore
    private let ledger: Ledger
    private let context: RunContext
    private let retirement: LeaseRetirement
    private let socketFolder: String
    private let sockets = Locked(0)
    private let unended = Locked(Unended())
    private let onStep: @Sendable (LeaseStep) -> Void

    /// Leases of a run that are not dead, so many at most: more than its calls can be.
    private static let limit = 1024

    /// - Parameter socketFolder: Of the run; no box sees it.
    package init(
        sources: ConfiguredSources, store: any StateStore, ledger: Ledger, context: RunContext, socketFolder: String,
        settling: Duration = LeaseRetirement.usualSettling, onStep: @escaping @Sendable (LeaseStep) -> Void = { _ in }
    ) {
        self.sources = sources
        self.socketFolder = socketFolder
        self.store = store
        self.ledger = ledger
        self.context = context
        self.onStep = onStep
        retirement = LeaseRetirement(
            sources: sources, store: store, ledger: ledger, settling: settling, onStep: onStep)
    }

    /// What could not be ended yet.
    private struct Unended {
        /// By its lease: some servers end a credential only for who shows it.
        var credentials: [String: MintedCredential] = [:]
        /// What tries again, by its lease.
        var trials: [String: Task<Void, Never>] = [:]
        var isFinished = false
    }

    /// A credential that exists, and has to be ended.
    package struct Issued: Sendable {
        package let resolved: ResolvedCredential
        package let credential: MintedCredential
        let lease: LeaseRecord
        /// Which made it.
        let source: any CredentialSource
    }

    /// Issues all that a call needs, or nothing: what was issued before one that failed is ended first.
    package func issue(
        _ wanted: [ResolvedCredential], for binding: CallBinding
    ) async throws(CredentialError) -> [Issued] {
        var issued: [Issued] = []
        for resolved in wanted {
            do throws(CredentialError) {
                issued.append(try await issue(resolved, binding))
            } catch {
                _ = await end(issued)
                throw error
            }
        }
        return issued
    }

    /// Ends them. When this returns they are revoked and probed, or it is on record that they could not be.
    package func end(_ issued: [Issued]) async -> [LeaseReport] {
        guard !issued.isEmpty else { return [] }
        onStep(.ended)
        return await withTaskGroup(of: (Int, LeaseReport).self) { group in
            for (index, one) in issued.enumerated() {
                group.addTask { [self] in
                    (index, await retire(one.lease, with: one.credential, context: context))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A name for a socket, no longer than that of the registry's own: such a path has a limit.
    func socketPath() -> String {
        let number = sockets.withLock { number in
            number += 1
            return number
        }
        return "\(socketFolder)/agent\(number).sock"
    }

    /// The call has what was issued, and starts.
    package func delivered() { onStep(.delivered) }

    /// Tries once more to end what could not be ended. To be called when the run ends.
    package func finish() async {
        let trials = unended.withLock { unended in
            unended.isFinished = true
            return unended.trials.values
        }
        for trial in trials { trial.cancel() }
        for trial in trials { await trial.value }
        let open = (try? await store.openLeases()) ?? []
        for lease in open where lease.run == context.run {
            _ = await retire(lease, with: nil, context: context)
        }
        unended.withLock { $0 = Unended(isFinished: true) }
    }

    /// Ends a lease with what is known of its credential, and keeps that as long as it is not ended.
    private func retire(
        _ lease: LeaseRecord, with credential: MintedCredential?, context: RunContext
    ) async -> LeaseReport {
        let credential = credential ?? unended.withLock { $0.credentials[lease.id] }
        let report = await retirement.retire(lease, with: credential, context: context)
        unended.withLock { unended in
            unended.credentials[lease.id] = report.failure == nil ? nil : credential
            guard report.failure != nil, let opens = report.opens, !unended.isFinished,
                unended.trials[lease.id] == nil
            else { return }
            unended.trials[lease.id] = Task { await self.tryAgain(lease.id, after: opens) }
        }
        return report
    }

    /// Of a call that nobody follows up the credential is ended all the same.
    private func tryAgain(_ lease: String, after opens: Timestamp) async {
        let wait = Duration.milliseconds(
            max(0, opens.millisecondsSince1970 - Timestamp.now().millisecondsSince1970) + 1)
        guard await Reactor.shared.sleep(until: .now + wait) == .deadlinePassed else { return }
        unended.withLock { $0.trials[lease] = nil }
        guard let found = (try? await store.record(.lease, lease)).flatMap({ $0 }), let record = LeaseRecord(found),
            record.state != .dead
        else { return }
        _ = await retire(record, with: nil, context: context(of: record))
    }

    private func issue(
        _ resolved: ResolvedCredential, _ binding: CallBinding
    ) async throws(CredentialError) -> Issued {
        let name = resolved.template.source
        guard let source = sources.source(name), source.digest == resolved.sourceDigest else {
            throw CredentialError(.unconfigured, "the source `\(name)` is not what it was when the call was decided")
        }
        guard !binding.callDigest.isEmpty else {
            throw CredentialError(.unsupported, "the call has no exact name that a credential could be bound to")
        }
        try await requireOpen(name)
        var lease = try await begin(resolved, binding)
        let request = CredentialRequest(
            lease: lease.id, scope: resolved.scope, lifetime: resolved.lifetime, call: binding)
        let answer = await BoundedAnswer.of(
            name.rawValue, within: source.configuration.timeout, heedsCancellation: true
        ) { () throws(CredentialError) in try await source.source.mint(request) }
        let minted: MintedCredential
        switch answer {
        case .came(let credential): minted = credential
        case .failed(let error):
            lease.isUnissued = error.leavesNothing
            _ = await retire(lease, with: nil, context: context)
            throw error
        case .late(let credential, let error):
            _ = await retire(lease, with: credential, context: context)
            throw error
        case .hangs(let error):
            _ = await retire(lease, with: nil, context: context)
            throw error
        }
        onStep(.minted)
        lease.details = minted.handle.details
        lease.expires = minted.expires
        do throws(CredentialError) {
            try Self.check(minted, for: resolved, lease)
            try await goLive(lease)
        } catch {
            _ = await retire(lease, with: minted, context: context)
            throw error
        }
        onStep(.live)
        // What was cancelled meanwhile is not started any more.
        guard !Task.isCancelled else {
            _ = await retire(lease, with: minted, context: context)
            throw CredentialError(.unreachable, "the call was ended while its credentials were issued")
        }
        return Issued(resolved: resolved, credential: minted, lease: lease, source: source.source)
    }

    /// Writes it down before it is asked for, in the store and in the ledger.
    private func begin(
        _ resolved: ResolvedCredential, _ binding: CallBinding
    ) async throws(CredentialError) -> LeaseRecord {
        let template = resolved.template
        var lease = LeaseRecord(
            id: Self.makeName(), run: context.run, call: binding.call, source: template.source.rawValue,
            tool: binding.tool, credential: template.name, scope: resolved.scope,
            revocability: resolved.plan.revocability)
        lease.expires = resolved.plan.lifetime.map { retirement.latestEnd(of: lease, lifetime: $0) }
        do throws(StoreError) {
            _ = try await store.create(lease.record, fence: nil, limit: Self.limit)
        } catch {
            throw CredentialError(
                .unreachable, "the lease cannot be written down, so nothing is issued: \(error.message)")
        }
        onStep(.stored)
        do throws(LedgerError) {
            try await ledger.append(
                LeaseBegunEntry(
                    context: context, call: binding.call, lease: lease.id, credential: template.name,
                    source: template.source.rawValue, revocability: lease.revocability.rawValue,
                    scope: resolved.scope, delivery: template.delivery.word,
                    lifetime: resolved.plan.lifetime?.components.seconds))
        } catch {
            // Nobody was asked for anything.
            _ = try? await store.update(lease: lease.id) { record in
                record.state = .dead
                record.ended = .now()
            }
            throw CredentialError(.unreachable, "the lease is not on record, so nothing is issued: \(error.message)")
        }
        onStep(.recorded)
        return lease
    }

    private func goLive(_ lease: LeaseRecord) async throws(CredentialError) {
        let (details, expires) = (lease.details, lease.expires)
        do throws(StoreError) {
            let updated = try await store.update(lease: lease.id) { record in
                record.state = .live
                record.details = details
                record.expires = expires
            }
            guard updated != nil else {
                throw StoreError(.stateConflict, "its record is gone")
            }
        } catch {
            throw CredentialError(.unreachable, "the lease cannot be kept track of: \(error.message)")
        }
    }

    private static let leeway: Int64 = 5_000

    /// A source that gives more than it said is no source to rely on.
    private static func check(
        _ minted: MintedCredential, for resolved: ResolvedCredential, _ lease: LeaseRecord
    ) throws(CredentialError) {
        guard minted.handle.lease == lease.id, Set(minted.fields.keys) == Set(resolved.plan.fields) else {
            throw CredentialError(
                .malformed, "the source `\(lease.source)` issued something else than it was asked for")
        }
        guard let most = resolved.plan.lifetime else { return }
        let latest = Timestamp.now().millisecondsSince1970 + most.microseconds / 1000 + leeway
        guard let expires = minted.expires, expires.millisecondsSince1970 <= latest else {
            throw CredentialError(
                .malformed,
                "the source `\(lease.source)` issued a credential that lives longer than \(most.components.seconds) "
                    + "seconds")
        }
    }

    /// A source whose revocation failed is closed until it works: nothing is minted that could not be ended.
    private func requireOpen(_ name: SourceName) async throws(CredentialError) {
        let open: [LeaseRecord]
        do throws(StoreError) {
            open = try await store.openLeases(of: name.rawValue)
        } catch {
            throw CredentialError(
                .sourceClosed, "whether the source `\(name)` is open cannot be read: \(error.message)")
        }
        for lease in open where lease.failure != nil {
            let settles = retirement.settles(lease)
            // Asking before says nothing that could be relied on.
            if MintOutcome(of: lease, with: nil) == .unknown, Timestamp.now() < settles {
                throw Self.closed(name, lease, lease.failure ?? "", opens: settles)
            }
            let report = await retire(lease, with: nil, context: context(of: lease))
            guard let failure = report.failure else { continue }
            throw Self.closed(name, lease, failure, opens: report.opens)
        }
    }

    private static func closed(
        _ name: SourceName, _ lease: LeaseRecord, _ failure: String, opens: Timestamp?
    ) -> CredentialError {
        CredentialError(
            .sourceClosed,
            "the source `\(name)` is closed: a credential of call \(lease.call) of run \(lease.run) could not be "
                + "ended: \(failure)",
            remedy: opens.map { "try again after \($0)" } ?? "mend the source; the next call tries again")
    }

    private func context(of lease: LeaseRecord) -> RunContext {
        lease.run == context.run
            ? context
            : RunContext(
                run: lease.run, task: context.task, intentDigest: context.intentDigest, principal: context.principal,
                agent: context.agent)
    }

    /// 26 letters and digits: 130 bits.
    private static func makeName() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var generator = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<26).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }, as: UTF8.self)
    }
}
