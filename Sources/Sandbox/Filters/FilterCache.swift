import CSandbox
import Glibc
import LinuxIO
import Manifests

/// Filters that were compiled: in this process, and in a folder for the processes to come.
///
/// A cached filter is used only if it holds, byte for byte, the rules that it was compiled from; whatever else is
/// wrong with it (cut off, altered, of another version), it is compiled again and replaced. The folder is one that
/// nobody else can write to.
package final class FilterCache: Sendable {
    /// A filter, and a sealed memfd with it that goes to `agentbox-init`.
    struct Entry: Sendable {
        let program: FilterProgram
        let memory: SharedDescriptor
    }

    private let folder: String?
    /// By what they were compiled from: the arrays of a profile that was asked for before are the very same and compared
    /// at a glance, while a key is a text of some kilobytes.
    private let known = Locked<[(source: FilterSource, entry: Entry)]>([])
    private static let knownLimit = 64

    /// A cache that keeps its files in `folder`, which exists and belongs to this user alone; nil keeps none.
    package init(folder: String?) throws(SandboxError) {
        self.folder = folder
        guard let folder else { return }
        let status: FileStatus
        do {
            status = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).status()
        } catch {
            throw SandboxError("open the filter cache", error)
        }
        // Attack: a filter that somebody else put here would be loaded as ours.
        guard status.owner == geteuid(), status.permissions & 0o077 == 0 else {
            throw SandboxError(
                .invalidSpecification, "the filter cache `\(folder)` can be reached by other users",
                remedy: "chown it to yourself and chmod it to 0700, or remove it")
        }
    }

    /// Says what is wrong with the system call rules of a profile, by compiling them.
    package func check(_ profile: ResolvedProfile) throws(SandboxError) { _ = try entry(for: profile) }

    /// The instructions of the profile's filter, as the kernel reads them: for a peer that is measured with the same.
    package func instructions(for profile: ResolvedProfile) throws(SandboxError) -> [UInt8] {
        try entry(for: profile).program.bytes
    }

    /// The profile's filter for this machine.
    func entry(for profile: ResolvedProfile) throws(SandboxError) -> Entry {
        let source = FilterSource(profile)
        if let known = known.withLock({ $0.first { $0.source == source } }) { return known.entry }
        let entry = try make(FilterKey(profile, .host), of: profile)
        known.withLock { known in
            if known.count >= Self.knownLimit { known.removeFirst() }
            known.append((source, entry))
        }
        return entry
    }

    private func make(_ key: FilterKey, of profile: ResolvedProfile) throws(SandboxError) -> Entry {
        let program: FilterProgram
        if let stored = load(key) {
            program = stored
        } else {
            program = try FilterCompiler.compile(profile)
            store(program, key)
        }
        let bytes = program.bytes
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("agentbox-filter", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SandboxError("make a descriptor of the filter", .last("memfd_create")) }
        return Entry(program: program, memory: Descriptor(owning: raw).shared())
    }

    private func path(_ key: FilterKey) -> String? { folder.map { "\($0)/\(key.fileName)" } }

    private func load(_ key: FilterKey) -> FilterProgram? {
        guard let path = path(key),
            let bytes = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW).readAll(limit: 1 << 20)
        else { return nil }
        return FilterFile.decode(bytes, key: key)
    }

    /// Best effort: a filter that cannot be stored is compiled again next time.
    private func store(_ program: FilterProgram, _ key: FilterKey) {
        guard let path = path(key) else { return }
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
        do {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try file.writeAll(FilterFile.encode(program, key: key))
            guard rename(temporary, path) == 0 else { throw SystemError.last("rename", path) }
        } catch {
            unlink(temporary)
        }
    }
}
