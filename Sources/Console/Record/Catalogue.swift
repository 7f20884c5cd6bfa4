import Diagnostics
import LinuxIO
import Manifests
import Runs
import Sandbox
import Store
import StrictJSON

/// The tools and profiles as they are now, compared with what is registered.
struct Catalogue: Sendable {
    var tools: [ToolLine] = []
    var profiles: [ProfileLine] = []
    /// What could not be read, and what to do about it.
    var problems: [String] = []

    /// One tool, or one of a tool server's.
    struct ToolLine: Sendable {
        let tool: Tool
        /// The manifest that is registered or would be, in canonical form: of a server's tool, the server's.
        let manifest: JSON
        let file: String
        /// The server's name, of a tool that one offers.
        let server: String?
        let state: PinState

        var name: String { tool.name.rawValue }
    }

    /// How a tool stands to its pin.
    enum PinState: Sendable {
        case unchanged(Registration)
        /// Refused until somebody has looked: the differences.
        case changed(Registration, [String])
        case unregistered
        /// Registered; its source is in no folder here.
        case stored(Registration)
        /// It cannot be told.
        case unreadable(String)

        var registration: Registration? {
            switch self {
            case .unchanged(let registration), .changed(let registration, _), .stored(let registration): registration
            case .unregistered, .unreadable: nil
            }
        }
    }

    /// One profile with its score.
    struct ProfileLine: Sendable {
        let name: String
        let description: String
        let extends: String?
        let file: String
        let resolved: ResolvedProfile?
        let score: ProfileScore?
        let problem: String?
        /// Names of the tools whose calls start from it.
        var tools: [String]
    }

    func tool(_ name: String) -> ToolLine? { tools.first { $0.name == name } }
    func profile(_ name: String) -> ProfileLine? { profiles.first { $0.name == name } }

    /// The tools whose pins somebody should look at.
    var changed: [ToolLine] { tools.filter { if case .changed = $0.state { true } else { false } } }

    /// Reads everything. Blocking.
    static func read(tools: [String], sandboxes: [String], home: Home, scores: ScoreCache) -> Catalogue {
        var catalogue = Catalogue()
        do {
            let finder = try ToolFinder(tools: tools, sandboxes: sandboxes)
            let registrar = try ToolRegistrar(home, finder.installation)
            catalogue.tools = try Self.tools(finder, registrar, &catalogue.problems)
            catalogue.problems += finder.notes()
            catalogue.profiles = Self.profiles(finder, catalogue.tools, scores)
        } catch {
            catalogue.problems.append("\(error)")
        }
        return catalogue
    }

    private static func tools(
        _ finder: ToolFinder, _ registrar: ToolRegistrar, _ problems: inout [String]
    ) throws -> [ToolLine] {
        var lines: [ToolLine] = []
        var servers: [ToolName: PinState] = [:]
        for entry in finder.catalogue.entries.values {
            let name = entry.server?.server.name ?? entry.tool.name
            let state = servers[name] ?? Self.state(name, finder, registrar)
            if entry.server != nil { servers[name] = state }
            lines.append(line(entry, state))
        }
        let stored = try finder.storedEntries()
        problems += stored.problems.map(\.description)
        for entry in stored.entries {
            let name = entry.server?.server.name ?? entry.tool.name
            guard let registration = try registrar.registration(of: name) else { continue }
            lines.append(line(entry, .stored(registration)))
        }
        return lines.sorted { $0.name < $1.name }
    }

    private static func line(_ entry: ToolCatalog.Entry, _ state: PinState) -> ToolLine {
        ToolLine(
            tool: entry.tool, manifest: entry.server?.server.canonicalJSON() ?? entry.tool.canonicalJSON(),
            file: entry.file, server: entry.server?.server.name.rawValue, state: state)
    }

    private static func state(_ name: ToolName, _ finder: ToolFinder, _ registrar: ToolRegistrar) -> PinState {
        do {
            let subject = try finder.subject(named: name.rawValue)
            return switch try registrar.check(try finder.source(of: subject)) {
            case .unchanged(let registration): .unchanged(registration)
            case .changed(let registration, let differences): .changed(registration, differences)
            case .unregistered: .unregistered
            }
        } catch {
            return .unreadable((error as? any Diagnostic)?.message ?? "\(error)")
        }
    }

    private static func profiles(_ finder: ToolFinder, _ tools: [ToolLine], _ scores: ScoreCache) -> [ProfileLine] {
        finder.profiles.profiles.sorted { $0.key < $1.key }.map { name, profile in
            var resolved: ResolvedProfile?
            var score: ProfileScore?
            var problem: String?
            do {
                let profile = try finder.profiles.resolve(name)
                resolved = profile
                score = try scores.score(of: profile)
            } catch {
                problem = (error as? any Diagnostic)?.message ?? "\(error)"
            }
            return ProfileLine(
                name: name.rawValue, description: profile.description, extends: profile.extends?.rawValue,
                file: finder.profiles.files[name] ?? "", resolved: resolved, score: score, problem: problem,
                tools: tools.filter { $0.tool.sandbox == name }.map(\.name))
        }
    }
}

/// Scores by the digest of their profile: each asks a compiled filter.
final class ScoreCache: Sendable {
    private let scores = Locked<[Digest: ProfileScore]>([:])

    func score(of profile: ResolvedProfile) throws -> ProfileScore {
        let digest = try CanonicalDigest.of(profile.digestSource)
        if let known = scores.withLock({ $0[digest] }) { return known }
        let score = try ProfileScore(profile)
        scores.withLock { $0[digest] = score }
        return score
    }
}

/// The catalogue of a moment ago, so that a person who looks around waits once.
actor CatalogueCache {
    private static let lifetime: Duration = .seconds(3)

    private let tools: [String]
    private let sandboxes: [String]
    private let home: Home
    private let scores = ScoreCache()
    private var known: (catalogue: Catalogue, time: ContinuousClock.Instant)?
    private var reading: Task<Catalogue, Never>?

    init(tools: [String], sandboxes: [String], home: Home) {
        self.tools = tools
        self.sandboxes = sandboxes
        self.home = home
    }

    func current() async -> Catalogue {
        if let known, known.time.duration(to: .now) < Self.lifetime { return known.catalogue }
        if let reading { return await reading.value }
        let task = Task { [tools, sandboxes, home, scores] in
            await BlockingPool.shared.run {
                Catalogue.read(tools: tools, sandboxes: sandboxes, home: home, scores: scores)
            }
        }
        reading = task
        let catalogue = await task.value
        reading = nil
        known = (catalogue, .now)
        return catalogue
    }
}
