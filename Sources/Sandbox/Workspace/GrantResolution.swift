import Hosts
import LinuxIO
import Manifests
import StrictJSON

/// The grants of one call and the facts that policy asks about its paths, from one look at the workspace: a text that
/// occurs in both is opened once, so that what policy allowed is the inode that the sandbox gets.
package struct GrantResolution: Sendable {
    /// What the call may touch, or why one of its grants cannot be given.
    package let grants: Result<[ResolvedGrant], GrantError>
    /// Of every string at or directly beneath the pointers asked for: its canonical path relative to the workspace, or
    /// why it has none. Elements of an array are listed by the array's pointer and their index.
    ///
    /// What no grant carries reaches the tool as text, and the tool may read `..` and links by rules of its own: git
    /// takes `Secret/link/../f` for `Secret/f`, wherever the link leads. Such a text has a path only if it is a plain
    /// name, of which there is one reading.
    package let paths: [[String]: Result<String, GrantError>]

    /// - Parameters:
    ///   - arguments: The call's arguments, valid under the tool's schema.
    ///   - pathArguments: Pointers that policy constrains by `under`.
    ///   - profile: The ceiling: words that it does not list are refused.
    ///   - workspace: Nil if the task has none.
    package static func resolve(
        _ templates: [GrantTemplate], arguments: JSON, pathArguments: [[String]], profile: ResolvedProfile,
        workspace: WorkspaceRoot?
    ) -> GrantResolution {
        var lookup = PathLookup(workspace: workspace)
        let grants = Result { () throws(GrantError) in
            try expand(templates, arguments: arguments, profile: profile, lookup: &lookup)
        }
        var paths: [[String]: Result<String, GrantError>] = [:]
        for pointer in pathArguments {
            for (place, text) in strings(in: arguments, at: pointer) { paths[place] = lookup.fact(text) }
        }
        return GrantResolution(grants: grants, paths: paths)
    }

    private static func strings(in arguments: JSON, at pointer: [String]) -> [([String], String)] {
        let value = arguments.value(at: pointer)
        if let text = value?.stringValue { return [(pointer, text)] }
        return (value?.arrayValue ?? []).enumerated().compactMap { index, element in
            element.stringValue.map { (pointer + [String(index)], $0) }
        }
    }

    private static func expand(
        _ templates: [GrantTemplate], arguments: JSON, profile: ResolvedProfile, lookup: inout PathLookup
    ) throws(GrantError) -> [ResolvedGrant] {
        var grants: [ResolvedGrant] = []
        for template in templates {
            try require(template.word, of: profile)
            let values: [String]
            do {
                values = try template.value.expand(arguments: arguments)
            } catch {
                throw GrantError(.invalidArguments, template.value.source, error.message, remedy: error.remedy)
            }
            for value in values {
                let grant =
                    switch template.word {
                    case .connect: try destination(value, of: template, arguments)
                    case .listen: try port(value)
                    default: try self.grant(template.word, value, &lookup)
                    }
                if let path = grant.path, profile.view == .own { try requireOwnName(path, value) }
                if binds(template.word, profile) { lookup.bound.insert(Array(value.utf8)) }
                // The same file by two arguments is one grant.
                if !grants.contains(where: { $0.isSame(as: grant) }) { grants.append(grant) }
            }
        }
        try requireApart(grants)
        return grants
    }

    /// True if a grant on a path makes the sandbox hold the tool to that very inode, however it reads the name. What a
    /// call writes is held to its grants in every view; what it reads, only where the view shows nothing else.
    private static func binds(_ word: GrantWord, _ profile: ResolvedProfile) -> Bool {
        switch word {
        case .write, .create, .writeUnder: true
        case .read, .list, .readUnder: profile.workspace == .granted
        case .exec, .git, .connect, .listen: false
        }
    }

    /// In a view of its own a call finds a file by one name only: that of the file itself.
    private static func requireOwnName(_ path: ResolvedPath, _ text: String) throws(GrantError) {
        if path.isDirect, !text.split(separator: "/").contains("..") { return }
        throw GrantError(
            .notPlain, text, "`\(text)` leads through names that this call does not see",
            remedy: "write the plain name of what it leads to, `\(path.relative)`")
    }

    /// Throws `beyond-profile` if no call under the profile can have such a grant, whatever it names.
    package static func require(_ word: GrantWord, of profile: ResolvedProfile) throws(GrantError) {
        func refusal(_ what: String, remedy: String? = nil) -> GrantError {
            GrantError(.beyondProfile, word.rawValue, "the profile `\(profile.name)` \(what)", remedy: remedy)
        }
        guard word == .connect || word == .listen else {
            if profile.grants.contains(word) { return }
            throw refusal(
                "allows no `\(word.rawValue)` grants",
                remedy: "it needs `\(word.rawValue)` in its `filesystem.grants`")
        }
        guard profile.network == .granted else {
            throw refusal("allows no `\(word.rawValue)` grants", remedy: "it needs `network: granted`")
        }
        guard profile.isolation.contains(.namespaces) else {
            throw refusal(
                "does not require a network of its own, and `\(word.rawValue)` needs one",
                remedy: "add `namespaces` to `isolation`")
        }
        guard word == .listen else { return }
        // Without these the grant would be kept by nothing, or be good for nothing.
        guard profile.isolation.contains(.landlock) else {
            throw refusal(
                "does not require Landlock, which alone keeps a call to the ports of its `listen` grants",
                remedy: "add `landlock` to `isolation`")
        }
        guard profile.allowsInternetSockets else {
            throw refusal(
                "lets no program make a socket to listen with",
                remedy: "add `{syscall: socket, arg: 0, in: [AF_INET, AF_INET6], action: allow}` to `syscalls.rules`")
        }
    }

    private static func port(_ value: String) throws(GrantError) -> ResolvedGrant {
        do throws(HostRefusal) {
            return ResolvedGrant(try LoopbackPort(value))
        } catch {
            throw GrantError(.invalidDestination, value, "`\(value)` is no port to listen at: \(error.reason)")
        }
    }

    /// A place of the loopback that leads out cannot be the call's own at the same time.
    private static func requireApart(_ grants: [ResolvedGrant]) throws(GrantError) {
        let ports = grants.compactMap(\.port)
        guard !ports.isEmpty else { return }
        guard ports.count <= mostPorts else {
            throw GrantError(
                .invalidValue, "listen", "the call would listen at \(ports.count) ports; the limit is \(mostPorts)",
                remedy: "split the call")
        }
        for destination in grants.compactMap(\.destination) {
            guard case .address(let address) = destination.host, loopbacks.contains(where: { $0.contains(address) }),
                ports.contains(where: { $0.number == destination.port })
            else { continue }
            throw GrantError(
                .invalidValue, destination.description,
                "`\(destination)` is a server of the host for one grant of the call, and its own for another",
                remedy: "listen at another port")
        }
    }

    private static let mostPorts = 32
    private static let loopbacks = ["127.0.0.0/8", "::1/128"].compactMap { try? AddressRange($0) }

    /// A destination. What the manifest names by number is opened by that; what the arguments name by number is not.
    private static func destination(
        _ value: String, of template: GrantTemplate, _ arguments: JSON
    ) throws(GrantError) -> ResolvedGrant {
        let destination: Destination
        var scheme: String?
        var opened: [AddressRange]
        do throws(HostRefusal) {
            destination = try Destination(value)
            scheme = try HostArgument.place(value).scheme
            opened = []
            for range in template.within { opened.append(try AddressRange(range)) }
        } catch {
            throw GrantError(.invalidDestination, value, "`\(value)` is no destination: \(error.reason)")
        }
        guard !destination.host.isCallItself else {
            throw GrantError(
                .invalidDestination, value, "`\(value)` cannot be connected to: \(Host.callItself)",
                remedy: Host.callItselfRemedy)
        }
        if template.value.literal != nil, case .address(let address) = destination.host {
            opened.append(AddressRange(address))
        }
        var grant = ResolvedGrant(destination, opened: opened)
        grant.isPlain = scheme.map { $0 == "http" || $0 == "ws" } ?? (destination.port == 80)
        guard template.isInspected else { return grant }
        var terms = InspectionTerms(trust: template.trust)
        do throws(TemplateError) {
            for rule in template.http { terms.rules.append(try rule.resolved(arguments: arguments)) }
        } catch {
            throw GrantError(.invalidArguments, template.value.source, error.message, remedy: error.remedy)
        }
        grant.inspection = terms
        return grant
    }

    private static func grant(
        _ word: GrantWord, _ value: String, _ lookup: inout PathLookup
    ) throws(GrantError) -> ResolvedGrant {
        switch word {
        case .connect, .listen: throw GrantError(.invalidDestination, value, "`\(value)` is no file")
        case .exec:
            return ResolvedGrant(word: word, path: nil, program: try program(value), gitPart: nil)
        case .git:
            guard let part = GitPart(rawValue: value) else {
                throw GrantError(.invalidValue, value, "`\(value)` is no part of a repository", remedy: GitPart.choices)
            }
            let folder = try lookup.workspace(for: value).repository(lookup.locate(".git"))
            return ResolvedGrant(word: word, path: folder, program: nil, gitPart: part)
        case .read, .list, .readUnder, .write, .create, .writeUnder:
            let path = try lookup.workspace(for: value).check(lookup.locate(value).get(), value, for: word)
            return ResolvedGrant(word: word, path: path, program: nil, gitPart: nil)
        }
    }

    /// An absolute path in the view, in normal form: whether it is there, the sandbox finds out.
    private static func program(_ value: String) throws(GrantError) -> String {
        let components = value.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isNormal = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard value.utf8.first == UInt8(ascii: "/"), isNormal, !components.isEmpty, !value.utf8.contains(0),
            value.utf8.count < PathText.longest
        else { throw GrantError(.invalidValue, value, "`\(value)` is no absolute path of a program in normal form") }
        return value
    }
}

/// Looks every text up once. Texts are told apart by their bytes, as the file system does: `String` takes canonically
/// equivalent names for one.
private struct PathLookup {
    let workspace: WorkspaceRoot?
    /// Texts that a grant binds to what they were resolved to.
    var bound: Set<[UInt8]> = []
    private var found: [[UInt8]: Result<ResolvedPath, GrantError>] = [:]

    init(workspace: WorkspaceRoot?) { self.workspace = workspace }

    func workspace(for subject: String) throws(GrantError) -> WorkspaceRoot {
        guard let workspace else {
            throw GrantError(
                .noWorkspace, subject, "the task has no workspace", remedy: "set `workspace` in the intent")
        }
        return workspace
    }

    mutating func locate(_ text: String) -> Result<ResolvedPath, GrantError> {
        let key = Array(text.utf8)
        if let known = found[key] { return known }
        let result = Result { () throws(GrantError) in try workspace(for: text).locate(text) }
        found[key] = result
        return result
    }

    /// What policy may believe of a text.
    mutating func fact(_ text: String) -> Result<String, GrantError> {
        let located = locate(text).map(\.relative)
        guard case .success(let path) = located, !bound.contains(Array(text.utf8)) else { return located }
        // INVARIANT: by bytes, and without any normalisation: what differs, a tool may read differently.
        guard PathText.names(path, text) else {
            return .failure(
                GrantError(
                    .notPlain, text,
                    "`\(text)` is not the plain name of what it leads to, and this tool may take it for something else; "
                        + "write the path without symbolic links, `..`, `.`, `//` and a slash at the end"))
        }
        return located
    }
}

extension WorkspaceRoot {
    /// The repository's folder. A `.git` that is a file or a link points at a repository elsewhere, whose hooks and
    /// configuration nobody protects; so does one that holds `commondir` or `gitdir`, as the folder of a linked worktree
    /// does (gitrepository-layout): git takes objects, refs and configuration from there.
    fileprivate func repository(_ located: Result<ResolvedPath, GrantError>) throws(GrantError) -> ResolvedPath {
        let folder = try located.get()
        guard folder.kind == .directory, folder.relative == ".git", folder.isDirect else {
            let what = folder.kind == .missing ? "the workspace is no git repository" : "`.git` is not a folder here"
            throw GrantError(
                .notARepository, ".git", what, remedy: "git tools work on an ordinary clone, not on a linked worktree")
        }
        for name in ["commondir", "gitdir"] {
            let isThere: Bool
            do throws(SystemError) {
                isThere = try folder.descriptor?.status(of: name) != nil
            } catch {
                throw GrantError(.systemFailure, ".git", error.message)
            }
            guard !isThere else {
                throw GrantError(
                    .notARepository, ".git", "`.git` leads to a repository elsewhere: it holds `\(name)`",
                    remedy: "git tools work on an ordinary clone, not on a linked worktree")
            }
        }
        return folder
    }
}

extension ResolvedGrant {
    fileprivate func isSame(as other: ResolvedGrant) -> Bool {
        word == other.word && path?.relative == other.path?.relative && program == other.program
            && gitPart == other.gitPart && port == other.port && destination == other.destination
            && opened == other.opened
            && inspection == other.inspection
            && isPlain == other.isPlain
    }
}

extension GitPart {
    fileprivate static let choices = "write `objects`, `refs` or `index`"
}
