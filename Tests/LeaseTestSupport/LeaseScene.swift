import Credentials
import Glibc
import Ledger
import LinuxIO
import Manifests
import Registry
import Store
import StrictJSON

/// A home, a run in it, and the bank as its one source.
package final class LeaseScene: Sendable {
    package let bank: Bank
    package let home: Home
    package let store: SQLiteStateStore
    package let ledger: Ledger
    package let run: RunDirectory
    package let context: RunContext
    package let sources: ConfiguredSources
    private let settling: Duration
    private let onStep: @Sendable (LeaseStep) -> Void

    /// - Parameters:
    ///   - patience: How long the bank may take.
    ///   - settling: How much later it may still issue what it was asked.
    package init(
        home path: String, bank: Bank, patience: Duration = .milliseconds(300), settling: Duration = .seconds(2),
        onStep: @escaping @Sendable (LeaseStep) -> Void = { _ in }
    ) throws {
        self.bank = bank
        self.onStep = onStep
        self.settling = settling
        home = try Home(path)
        store = try SQLiteStateStore(home)
        ledger = try Ledger.open(home.ledger).ledger
        run = try RunDirectory.create(in: home)
        context = RunContext(
            run: run.identifier.description, task: "test", intentDigest: "sha256:0", principal: "alice@example.com",
            agent: .init(name: "agent", confinement: .confined))
        guard let name = SourceName("bank") else { throw CredentialError(.malformed, "no name") }
        sources = ConfiguredSources([
            .init(
                SourceConfiguration(name: name, options: .environment(.init(variable: "BANK")), timeout: patience), bank
            )
        ])
    }

    package var stage: CredentialStage {
        CredentialStage(
            sources: sources, store: store, ledger: ledger, context: context, socketFolder: run.path,
            settling: settling, onStep: onStep)
    }

    /// What a call of a tool with one credential needs.
    package func wanted(_ more: String = "") throws -> [ResolvedCredential] {
        let manifest = """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: bank.pay
            version: 1.0.0
            description: Pays.
            command: [/usr/bin/true]
            inputSchema: {type: object}
            sandbox: pure
            credentials: [{name: account, source: bank, deliver: {memfd: {variable: TOKEN}}\(more)}]
            """
        return try sources.resolve(try Tool.load(Array(manifest.utf8), file: "tool.yaml"), arguments: .object([:]))
    }

    package var binding: CallBinding {
        CallBinding(
            run: context.run, call: "c1", task: context.task, tool: "bank.pay", callDigest: "sha256:1",
            agent: "agent", principal: context.principal)
    }

    /// Ends the leases of runs whose process is gone.
    package func finishDead() async throws -> [String] {
        let home = home
        return try await DeadLeases(
            store: store,
            retirement: LeaseRetirement(sources: sources, store: store, ledger: ledger, settling: settling),
            home: home
        ) { run in
            guard let identifier = RunIdentifier(run) else { return false }
            return (try? RunDirectory.isAlive(identifier, in: home)) ?? true
        }.finish()
    }
}
