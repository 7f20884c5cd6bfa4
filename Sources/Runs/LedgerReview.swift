import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Manifests
import Replay
import Review
import Sandbox
import Store
import StrictJSON

/// `agentbox review`: the ledger of a home against the intents that its runs had.
package struct LedgerReview: Sendable {
    /// The current version of each task that was selected, by the task's name.
    package private(set) var tasks: [ReviewedTask] = []
    package let survey: Survey
    /// What the profiles of registered tools are called, by their digests.
    package let profileNames: [String: String]
    /// Why the ledger does not verify; what is after damage is not in the review. Nil if it verifies.
    package let damage: LedgerError?

    /// What is reviewed.
    package struct Options: Sendable {
        /// Manifests, or names of tasks; empty for every task on record.
        package var intents: [String]
        package var since: Timestamp?
        /// Folders of tools beside the bundled ones and the registered ones.
        package var tools: [String]
        package var now: Timestamp

        package init(intents: [String], since: Timestamp?, tools: [String], now: Timestamp = .now()) {
            self.intents = intents
            self.since = since
            self.tools = tools
            self.now = now
        }
    }

    /// Reads the whole ledger. Blocking.
    ///
    /// - Throws: if an intent that was named is neither a manifest nor the name of a task on record.
    package init(_ home: Home, _ options: Options) throws {
        (survey, damage) = try Self.survey(home, since: options.since)
        let installation = try Installation.find()
        let registrar = try ToolRegistrar(home, installation)
        let tools = try Self.tools(options.tools, installation, registrar)
        profileNames = try Self.profileNames(registrar)
        let archive = try IntentArchive(home)
        let current = Self.current(survey)
        for name in options.intents.isEmpty ? current.keys.sorted() : options.intents {
            if let usage = current[name] {
                tasks.append(ReviewedTask(usage, survey, archive, tools, options.now))
            } else if let task = try ReviewedTask(manifest: name, survey, tools, options.now) {
                tasks.append(task)
            } else {
                throw RunError(
                    "there is no task \(VisibleText.quoted(name)) on record, and no such manifest",
                    remedy: current.isEmpty
                        ? "nothing is on record in this time"
                        : "on record are "
                            + current.keys.sorted().prefix(6).map { VisibleText.quoted($0) }
                            .joined(separator: ", "))
            }
        }
    }

    /// Counts the entries of a home's ledger, as far as it is sound. Blocking.
    package static func survey(_ home: Home, since: Timestamp?) throws -> (Survey, LedgerError?) {
        var survey = Survey(since: since)
        // Nothing was ever recorded in this home.
        guard access(home.ledger + "/log", F_OK) == 0 else { return (survey, nil) }
        var reader = try VerifiedReader(directory: home.ledger)
        do throws(LedgerError) {
            while let record = try reader.next() {
                let entry = try record.leaf()
                survey.add(entry, at: record.index, arguments: try Self.arguments(of: entry, record))
            }
        } catch {
            return (survey, error)
        }
        return (survey, nil)
    }

    /// Those of a call that was allowed, as far as they are on record and not erased.
    private static func arguments(of entry: JSON, _ record: LedgerRecord) throws(LedgerError) -> JSON? {
        guard entry["kind"]?.stringValue == DecidedEntry.kind, entry["effect"]?.stringValue == DecidedEntry.allowed,
            let decided = try? DecidedEntry(try record.json()), case .inline(let value) = decided.arguments
        else { return nil }
        return value
    }

    /// The version of each task that its last run had.
    private static func current(_ survey: Survey) -> [String: IntentUsage] {
        var current: [String: IntentUsage] = [:]
        for usage in survey.intents.values {
            guard let known = current[usage.task] else {
                current[usage.task] = usage
                continue
            }
            let (old, new) = (known.last?.millisecondsSince1970 ?? 0, usage.last?.millisecondsSince1970 ?? 0)
            if (old, known.digest) < (new, usage.digest) { current[usage.task] = usage }
        }
        return current
    }

    /// The bundled tools, those of the folders and what else is registered.
    private static func tools(
        _ folders: [String], _ installation: Installation, _ registrar: ToolRegistrar
    ) throws -> ReplayTools {
        var tools = try ReplayTools.load([installation.tools] + folders)
        let catalogue = try ToolCatalog.load(directories: [installation.tools])
        let stored = try StoredTool.all(in: registrar, besides: catalogue) { _ in true }
        for (name, tool) in stored where tools.tools[name] == nil {
            try tools.add(ReplayTool(tool.entry.tool), from: tool.entry.file)
        }
        return tools
    }

    private static func profileNames(_ registrar: ToolRegistrar) throws -> [String: String] {
        var names: [String: String] = [:]
        for tool in try registrar.names() {
            guard let registration = try registrar.registration(of: tool) else { continue }
            let digest = registration.profileDigest.description
            // What cannot be read any more keeps its digest for a name.
            guard names[digest] == nil, let documents = try? registrar.documents(of: registration) else { continue }
            names[digest] = documents.profile["name"]?.stringValue
        }
        return names
    }

    /// True if a person has to do something now.
    package var isDue: Bool { tasks.contains { $0.review?.findings.contains(where: \.isDue) == true } }
}

/// One task in a review.
package struct ReviewedTask: Sendable {
    package let usage: IntentUsage
    /// Other versions of the task's intent that are on record, whose runs are not counted here.
    package let otherVersions: Int
    /// Nil if the intent is not known: its manifest is gone, and the store has no copy.
    package let review: IntentReview?
    /// Where the manifest is; nil if it is not there any more, or is another version by now.
    package let manifest: String?
    /// The whole narrower manifest; nil if none is proposed.
    package let proposal: String?
    /// The difference that it makes, in the unified format.
    package let difference: String?

    init(
        _ usage: IntentUsage, _ survey: Survey, _ archive: IntentArchive, _ tools: ReplayTools, _ now: Timestamp
    ) {
        let found = usage.manifest.flatMap { Self.manifest($0, usage.digest) }
        let kept = Digest(usage.digest).flatMap { archive.intent($0) }
        let intent = found?.intent ?? kept.flatMap { try? Intent.load($0.encoded(), file: "the intent of the store") }
        self.init(usage, survey, intent, source: found?.bytes, found == nil ? nil : usage.manifest, tools, now)
    }

    /// Nil if there is no such file.
    init?(manifest path: String, _ survey: Survey, _ tools: ReplayTools, _ now: Timestamp) throws {
        guard access(path, F_OK) == 0 else { return nil }
        let bytes = try ManifestFile.bytes(of: path)
        let intent = try Intent.load(bytes, file: path)
        let digest = try CanonicalDigest.of(intent.canonicalJSON()).description
        let usage = survey.intents[digest] ?? IntentUsage(digest: digest, task: intent.name, first: nil)
        self.init(usage, survey, intent, source: bytes, path, tools, now)
    }

    private init(
        _ usage: IntentUsage, _ survey: Survey, _ intent: Intent?, source: [UInt8]?, _ path: String?,
        _ tools: ReplayTools, _ now: Timestamp
    ) {
        self.usage = usage
        manifest = path
        otherVersions = survey.intents.values.count { $0.task == usage.task && $0.digest != usage.digest }
        review = intent.map { IntentReview($0, usage, tools: tools, breakGlass: survey.breakGlass, now: now) }
        guard let intent, let tightened = review?.tightened else {
            (proposal, difference) = (nil, nil)
            return
        }
        let form = intent.canonicalJSON()
        let name = path ?? "\(usage.task).yaml"
        let text = ManifestText.text(of: tightened, from: form, source: source, file: name)
        let old = source ?? Array(ManifestText.document(form).utf8)
        let shown = String(name.drop { $0 == "/" })
        proposal = text
        difference = UnifiedDiff.text(old: old, new: Array(text.utf8), path: shown)
    }

    private static func manifest(_ path: String, _ digest: String) -> (bytes: [UInt8], intent: Intent)? {
        guard let bytes = try? ManifestFile.bytes(of: path), let intent = try? Intent.load(bytes, file: path),
            (try? CanonicalDigest.of(intent.canonicalJSON()).description) == digest
        else { return nil }
        return (bytes, intent)
    }
}
