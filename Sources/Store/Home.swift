import Glibc
import LinuxIO

/// `$AGENTBOX_HOME`: the one folder in which agentbox keeps everything. It belongs to the user who runs agentbox, and
/// nobody else may write to it.
///
///     store/   objects by digest, and tool folders made of them
///     pins/    what each tool's name means
///     runs/    a folder for each run
///     ledger/  the record
///     cache/   what can be computed again
///     sources/ where credentials come from, which the user writes
///     state/   what processes agree on: runs, approvals, leases, revocations
package struct Home: Sendable {
    package let path: String
    let folder: Folder

    /// Opens the folder that the environment names, `~/.local/share/agentbox` without AGENTBOX_HOME, and makes it if it
    /// is missing.
    package static func open() throws(StoreError) -> Home {
        try open(environment: { name in getenv(name).map { String(cString: $0) } })
    }

    static func open(environment: (String) -> String?) throws(StoreError) -> Home {
        if let path = environment("AGENTBOX_HOME"), !path.isEmpty { return try Home(path) }
        guard let usual = usual(environment) else {
            throw StoreError(
                .homeMissing, "neither AGENTBOX_HOME nor HOME names a folder",
                remedy: "set AGENTBOX_HOME to the absolute path of a folder of your own")
        }
        return try Home(usual)
    }

    /// Where it is without AGENTBOX_HOME; nil if nothing is there. A person who sets that variable for one task may have
    /// other runs, and their keys and records, there.
    package static var existingUsual: String? {
        let path = usual { name in getenv(name).map { String(cString: $0) } }
        return path.flatMap { access($0, F_OK) == 0 ? $0 : nil }
    }

    private static func usual(_ environment: (String) -> String?) -> String? {
        guard let user = environment("HOME"), user.hasPrefix("/") else { return nil }
        return user + "/.local/share/agentbox"
    }

    /// Opens the folder at an absolute path, and makes it and its parts if they are missing.
    package init(_ path: String) throws(StoreError) {
        guard path.hasPrefix("/") else {
            throw StoreError(
                .homeMissing, "AGENTBOX_HOME is `\(path)`, which is not an absolute path",
                remedy: "set it to a path that starts with `/`")
        }
        let folder = try StoreError.translating("cannot open agentbox's folder `\(path)`") {
            try Self.makeFolders(path)
            let folder = try Folder(path)
            try Self.requireOwn(folder)
            for part in Part.allCases { try Self.requireOwn(try folder.folder(part.rawValue)) }
            return folder
        }
        self.path = path
        self.folder = folder
    }

    /// The folders in it.
    enum Part: String, CaseIterable {
        case store, pins, runs, ledger, cache, state, sources
    }

    package var store: String { path + "/store" }
    package var pins: String { path + "/pins" }
    package var runs: String { path + "/runs" }
    package var ledger: String { path + "/ledger" }
    package var cache: String { path + "/cache" }
    package var state: String { path + "/state" }
    package var sources: String { path + "/sources" }

    func part(_ part: Part) throws(SystemError) -> Folder { try folder.existing(part.rawValue) }

    /// Like `mkdir -p`, each of them for the user alone.
    private static func makeFolders(_ path: String) throws(SystemError) {
        var current = ""
        for part in path.split(separator: "/") {
            current += "/" + part
            if mkdir(current, 0o700) == 0 || errno == EEXIST { continue }
            // A folder above may exist and not be writable, or be on a read-only file system.
            let reason = errno
            guard access(current, F_OK) == 0 else { throw SystemError(call: "mkdir", errno: reason, subject: current) }
        }
    }

    /// Whoever can write here could put another executable under a tool's name, or change the record.
    private static func requireOwn(_ folder: Folder) throws {
        let status = try folder.descriptor.status()
        guard status.owner == geteuid() else {
            throw StoreError(
                .homeUnsafe, "`\(folder.path)` belongs to user \(status.owner), and agentbox runs as user \(geteuid())",
                remedy: "set AGENTBOX_HOME to a folder of your own, or run agentbox as its owner")
        }
        guard status.permissions & 0o022 == 0 else {
            throw StoreError(
                .homeUnsafe, "other users can write to `\(folder.path)`", remedy: "chmod go-w '\(folder.path)'")
        }
    }
}
