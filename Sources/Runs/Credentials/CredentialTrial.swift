import Credentials
import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Manifests
import Registry
@_spi(Launch) import Sandbox
import Store
import StrictJSON

/// `agentbox credential test`: the whole life of one credential, that of no call: it is minted, used, revoked and probed,
/// and each step is written ahead as for a call.
package struct CredentialTrial: Sendable {
    /// One step, when it was done and what came of it.
    package struct Step: Sendable {
        package let name: String
        package let words: String
        /// Since the beginning.
        package let at: Duration
        package let isProblem: Bool

        package var json: JSON {
            [
                "step": .string(name), "result": .string(words), "milliseconds": .integer(at.microseconds / 1000),
                "ok": .bool(!isProblem),
            ]
        }
    }

    package let source: String
    /// What a person should know besides: sources that are left out.
    package private(set) var notes: [String] = []
    package private(set) var revocability: Revocability?
    package private(set) var steps: [Step] = []
    private let begun = ContinuousClock.now

    package var isPassed: Bool { !steps.contains { $0.isProblem } }

    package var json: JSON {
        var object: JSONObject = [
            "source": .string(source), "passed": .bool(isPassed), "timeline": .array(steps.map(\.json)),
        ]
        object["revocability"] = revocability.map { .string($0.rawValue) }
        return .object(object)
    }

    private init(source: String) { self.source = source }

    /// Takes a credential of the source through its life.
    ///
    /// - Parameters:
    ///   - scope: What it is to open, in the source's words.
    ///   - lifetime: How long it may live at most.
    package static func run(
        _ name: String, scope: JSON, lifetime: Duration?, home: Home
    ) async throws -> CredentialTrial {
        let place = try await BlockingPool.shared.run { () throws -> Place in try Place(home) }
        let broken = SourceName(name).map(place.setup.catalogue.broken) ?? []
        if let errors = BrokenSource.errors(of: broken) { throw errors }
        guard let known = SourceName(name), place.setup.sources.source(known) != nil else {
            let names = place.setup.catalogue.sources.keys.sorted().map(\.rawValue)
            throw RunError(
                "no source \(VisibleText.quoted(name)) is configured",
                remedy: names.isEmpty
                    ? "write it into \(home.sources)/\(SourceName(name)?.rawValue ?? "NAME").yaml"
                    : "these are: \(names.joined(separator: ", "))")
        }
        // Before anything new is issued, what dead ones left is ended.
        let notes = try await place.setup.deadLeases(of: home, store: place.store, ledger: place.ledger).finish()
        var trial = CredentialTrial(source: name)
        trial.notes = place.setup.catalogue.notes
        for note in notes { trial.add("recover", note, isProblem: true) }
        await trial.go(
            CredentialTemplate(
                name: "test", source: known, scope: .value(scope), lifetime: lifetime,
                delivery: .file(name: "test", variable: nil, field: nil)), in: place)
        await place.setup.close()
        try await place.ledger.close()
        return trial
    }

    private struct Place: Sendable {
        let setup: CredentialSetup
        let store: SQLiteStateStore
        let ledger: Ledger
        let directory: RunDirectory
        let context: RunContext

        init(_ home: Home) throws {
            let installation = try Installation.find()
            let launcher = Launcher(
                LaunchPermit(), initPath: installation.programs + "/agentbox-init",
                filters: try FilterCache(folder: home.cache),
                hidden: [home.path] + [Home.existingUsual].compactMap { $0 })
            let profiles = try ProfileCatalog.load(directories: [installation.sandboxes])
            setup = CredentialSetup(home, process: CredentialSetup.process(launcher, installation, profiles))
            store = try SQLiteStateStore(home)
            ledger = try Ledger.open(home.ledger).ledger
            directory = try RunDirectory.create(in: home)
            let user = getpwuid(geteuid()).flatMap { $0.pointee.pw_name.map { String(cString: $0) } }
            context = RunContext(
                run: directory.identifier.description, task: "credential-test",
                intentDigest: Digest.of([]).description, principal: user ?? "user \(geteuid())",
                agent: .init(name: nil, confinement: .unconfined))
        }
    }

    private mutating func go(_ template: CredentialTemplate, in place: Place) async {
        let stage = CredentialStage(
            sources: place.setup.sources, store: place.store, ledger: place.ledger, context: place.context,
            socketFolder: place.directory.path)
        let resolved: ResolvedCredential
        do throws(Refusal) {
            resolved = try place.setup.sources.resolve(
                template, of: "credential-test", within: template.lifetime ?? .seconds(60), arguments: .object([:]))
        } catch {
            return add("plan", error.reason, isProblem: true)
        }
        revocability = resolved.plan.revocability
        let lives = resolved.plan.lifetime.map { ", for \($0.components.seconds) s" } ?? ""
        add("plan", "\(resolved.plan.revocability.rawValue)\(lives): \(resolved.plan.summary)")
        let binding = CallBinding(
            run: place.context.run, call: "test", task: place.context.task, tool: "credential-test",
            callDigest: Digest.of(Array(place.context.run.utf8)).description, agent: "nobody",
            principal: place.context.principal)
        let issued: [CredentialStage.Issued]
        do {
            issued = try await stage.issue([resolved], for: binding)
        } catch {
            return add(
                "mint", [error.message, error.remedy].compactMap(\.self).joined(separator: "; "), isProblem: true)
        }
        for one in issued {
            let until = one.credential.expires.map { ", until \($0)" } ?? ""
            add("mint", "fields: \(one.credential.fields.keys.sorted().joined(separator: ", "))\(until)")
            guard let source = place.setup.sources.source(template.source) else { continue }
            switch await source.source.probe(one.credential.handle, with: one.credential) {
            case .accepted(let words): add("use", "it works: \(words)")
            case .refused(let words): add("use", "it does not work: \(words)", isProblem: true)
            case .unknown(let words): add("use", "not tried: \(words)")
            }
        }
        for report in await stage.end(issued) {
            switch report.outcome {
            case .revoked: add("revoke", "done")
            case .expires: add("revoke", "nobody can: it expires by itself")
            case .remains: add("revoke", "nobody can: it stays what it is")
            case .unissued: add("revoke", "nothing was issued")
            case .failed: add("revoke", report.detail ?? "it could not be ended", isProblem: true)
            }
            guard report.outcome != .failed else { continue }
            switch report.residual {
            case nil: add("probe", "dead: \(report.detail ?? "it is refused")")
            case .until(let end): add("probe", "good until \(end) to whoever has it: \(report.detail ?? "")")
            case .unbounded: add("probe", "good to whoever has it: \(report.detail ?? "")")
            }
        }
    }

    private mutating func add(_ name: String, _ words: String, isProblem: Bool = false) {
        steps.append(Step(name: name, words: words, at: begun.duration(to: .now), isProblem: isProblem))
    }
}
