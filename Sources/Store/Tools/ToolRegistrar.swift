import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// Registers tools, compares them with what was registered, and opens what runs.
///
///     switch try registrar.check(source) {
///     case .unchanged(let registration): let executable = try registrar.open(registration)
///     case .changed(_, let differences): // refused until somebody has looked
///     case .unregistered: // refused until somebody registers it
///     }
package struct ToolRegistrar: Sendable {
    private let pins: Pins
    private let objects: ContentStore
    private let folders: ToolFolder
    private let installation: Installation
    private let verified = VerifiedFiles()

    package init(_ home: Home, _ installation: Installation) throws(StoreError) {
        self.installation = installation
        pins = try Pins(home)
        objects = try ContentStore(home, verified: verified)
        folders = try StoreError.translating("cannot open the store `\(home.store)`") { [verified] in
            try ToolFolder(home, verified: verified)
        }
    }

    /// Copies the tool into the store and pins it: from now on this is what its name means.
    @discardableResult
    package func register(_ source: ToolSource) throws(StoreError) -> RegistrationChange {
        try StoreError.translating("cannot register tool `\(source.name)`") {
            try pins.locked { try registerLocked(source) }
        }
    }

    /// Registers the tools that come with agentbox, once for each `agentbox` executable (see `InstallationPin`). Nil if
    /// that was done before. A tool that cannot be registered, because the program it needs is missing, keeps no other
    /// from being so.
    ///
    /// - Parameter sources: Asked for only if they are to be registered.
    package func registerBundled(_ sources: () throws -> [ToolSource]) throws(StoreError) -> BundledRegistration? {
        try StoreError.translating("cannot register the bundled tools") {
            let (file, isPinned) = try executable()
            if isPinned { return nil }
            let (digest, read) = try verified.digest(file, installation.executable)
            return try pins.locked {
                let known = try pins.installation()?.digest == digest
                let result = known ? nil : registerLocked(try sources())
                try pins.write(InstallationPin(executable: installation.executable, stamp: read, digest: digest))
                return result
            }
        }
    }

    /// True if `registerBundled` has nothing to do.
    package func hasBundled() throws(StoreError) -> Bool {
        try StoreError.translating("cannot look whether the bundled tools are registered") {
            try executable().isPinned
        }
    }

    /// The `agentbox` executable as it is now, and whether its tools are registered.
    private func executable() throws -> (file: SharedDescriptor, isPinned: Bool) {
        let file = try Descriptor.open(installation.executable, O_RDONLY).shared()
        return (file, try pins.installation()?.stamp == FileStamp(try file.status()))
    }

    /// Compares the tool as it is now with what was registered under its name.
    package func check(_ source: ToolSource) throws(StoreError) -> RegistrationState {
        try StoreError.translating("cannot check tool `\(source.name)`") {
            guard let pinned = try pins.registration(of: source.name) else { return .unregistered }
            let opened = try OpenedTool(source, installation)
            let now = try opened.registration(at: pinned.registeredAt) { piece, _ in
                let stamp = FileStamp(try piece.file.status())
                if let known = pinned.sources[piece.path], known.stamp == stamp { return (known.digest, stamp) }
                return try verified.digest(piece.file, piece.path)
            }
            guard now.toolDigest == pinned.toolDigest else {
                return .changed(pinned, differences(pinned, now, opened))
            }
            if now.sources != pinned.sources { try refresh(pinned, now) }
            return .unchanged(pinned)
        }
    }

    /// Opens what a call of the tool executes: the copy in the store or the pinned program, compared with its digest.
    package func open(_ registration: Registration) throws(StoreError) -> RegisteredExecutable {
        try StoreError.translating("cannot open tool `\(registration.name)`") {
            let content = try folders.open(registration)
            let tool = registration.name.rawValue
            switch (registration.executable, registration.interpreter) {
            case (.system(let program), _):
                return RegisteredExecutable(
                    descriptor: try program.openVerified(verified, for: tool), name: program.name, options: [],
                    script: nil, folder: content.descriptor)
            case (.stored(let name, let digest), let interpreter?):
                // The script is read by its name in the view; that it is the registered one was seen above.
                _ = try openStored(name, digest, in: content, registration)
                return RegisteredExecutable(
                    descriptor: try interpreter.program.openVerified(verified, for: tool),
                    name: interpreter.program.name, options: interpreter.argument.map { [$0] } ?? [], script: name,
                    folder: content.descriptor)
            case (.stored(let name, let digest), nil):
                return RegisteredExecutable(
                    descriptor: try openStored(name, digest, in: content, registration), name: name, options: [],
                    script: nil, folder: content.descriptor)
            }
        }
    }

    /// The registration of a name; nil if there is none.
    package func registration(of name: ToolName) throws(StoreError) -> Registration? {
        try pins.registration(of: name)
    }

    /// The names of all tools that are registered.
    package func names() throws(StoreError) -> [ToolName] { try pins.names() }

    /// A tool as the store has it: manifest and profile as they were registered, and where its files lie.
    ///
    /// - Throws: `StoreError` if they are not what was registered.
    package func documents(
        of registration: Registration
    ) throws(StoreError) -> (manifest: JSON, profile: JSON, folder: String) {
        let documents = folders.documents(registration)
        guard let manifest = documents.manifest, let profile = documents.profile else {
            throw StoreError(
                .damagedTool, "the store's manifest or profile of tool `\(registration.name)` is damaged",
                remedy: "`agentbox tool register` the tool again")
        }
        return (manifest, profile, folders.path(of: registration))
    }

    // MARK: - Under the lock

    private func registerLocked(_ sources: [ToolSource]) -> BundledRegistration {
        var result = BundledRegistration(changes: [], failures: [])
        var added: [Added: Digest] = [:]
        for source in sources {
            do throws(StoreError) {
                result.changes.append(
                    try StoreError.translating("cannot register tool `\(source.name)`") {
                        try registerLocked(source, &added)
                    })
            } catch {
                result.failures.append(.init(tool: source.name, error: error))
            }
        }
        return result
    }

    /// A file that was copied into the store a moment ago: many tools share a program.
    private struct Added: Hashable {
        let stamp: FileStamp
        let kind: ContentStore.Kind
    }

    private func registerLocked(_ source: ToolSource) throws -> RegistrationChange {
        var added: [Added: Digest] = [:]
        return try registerLocked(source, &added)
    }

    private func registerLocked(_ source: ToolSource, _ added: inout [Added: Digest]) throws -> RegistrationChange {
        try objects.removeLeftovers()
        let opened = try OpenedTool(source, installation)
        let registration = try opened.registration { piece, kind in
            guard let kind else { return try verified.digest(piece.file, piece.path) }
            // What the file was before the copying: a change under way shows as a change afterwards.
            let stamp = FileStamp(try piece.file.status())
            let key = Added(stamp: stamp, kind: kind)
            if stamp.isSettled, let digest = added[key] { return (digest, stamp) }
            let digest = try objects.add(piece.file, as: kind, named: piece.path)
            added[key] = digest
            return (digest, stamp)
        }
        try folders.make(registration, opened, objects)
        // A pin that cannot be read is replaced: that is what its error asks the person to do.
        let previous = try? pins.registration(of: registration.name)
        let differences = previous.map { self.differences($0, registration, opened) } ?? []
        try pins.write(registration)
        return RegistrationChange(registration: registration, previous: previous, differences: differences)
    }

    /// Notes new time stamps of unchanged files, so that the next check need not read them.
    private func refresh(_ pinned: Registration, _ now: Registration) throws {
        try pins.locked {
            guard try pins.registration(of: pinned.name)?.toolDigest == now.toolDigest else { return }
            try pins.write(now)
        }
    }

    // MARK: -

    /// INVARIANT: the digest is of what this very descriptor reads, so a name that is swapped afterwards changes nothing.
    private func openStored(
        _ name: String, _ digest: Digest, in content: Folder, _ registration: Registration
    ) throws -> SharedDescriptor {
        let file = try content.open(name, O_RDONLY | O_NONBLOCK).shared()
        guard try verified.holds(file, digest, name) else {
            throw StoreError(
                .damagedTool, "the store's copy of `\(name)` of tool `\(registration.name)` changed",
                remedy: "`agentbox tool register` the tool again")
        }
        return file
    }

    private func differences(_ old: Registration, _ new: Registration, _ opened: OpenedTool) -> [String] {
        if old.toolDigest == new.toolDigest { return [] }
        var lines: [String] = []
        let documents = folders.documents(old)
        func compare(_ what: String, _ before: JSON?, _ after: [UInt8], _ old: Digest, _ new: Digest) {
            if old == new { return }
            guard let before, let after = try? JSON(parsing: after) else {
                lines.append("\(what): \(old) → \(new)")
                return
            }
            lines += ManifestDifference.between(old: before, new: after).map { "\(what): \($0)" }
        }
        compare("manifest", documents.manifest, opened.manifest, old.manifestDigest, new.manifestDigest)
        compare("profile", documents.profile, opened.profile, old.profileDigest, new.profileDigest)
        return lines + ManifestDifference.between(old: old.files(of: old), new: new.files(of: new))
    }
}

extension Registration {
    /// The part of the contents that is about files.
    fileprivate func files(of registration: Registration) -> JSON {
        var members = registration.contents.objectValue ?? JSONObject()
        members["manifest"] = nil
        members["profile"] = nil
        return .object(members)
    }
}
