import Glibc
import LinuxIO

/// The folder of one run, and the proof that the run lives: as long as this value does, its lock is held, and the
/// kernel releases it when the process dies.
///
///     let run = try RunDirectory.create(in: home)
///     // another process:
///     if let dead = try RunDirectory.adopt(identifier, in: home) { /* finish it */ }
package final class RunDirectory: Sendable {
    package let identifier: RunIdentifier
    package let path: String
    private let lock: SharedDescriptor

    /// Write layers of calls that run.
    package var layers: String { path + "/layers" }
    /// What the run changed in the workspace, to show it and to undo it.
    package var changes: String { path + "/changes" }
    /// Where the registry listens.
    package var socket: String { path + "/registry.sock" }
    /// Where the run's host takes answers of the local user; no box shows it.
    package var approvalSocket: String { path + Self.approvalSocketName }
    /// That of any run of a home.
    package static func approvalSocket(of run: String, in home: Home) -> String {
        "\(home.runs)/\(run)\(approvalSocketName)"
    }

    private static let approvalSocketName = "/approve.sock"

    private static let lockName = "lock"
    /// sun_path of a Unix socket's address, with its NUL.
    private static let socketPathLimit = 108

    private init(_ identifier: RunIdentifier, in runs: Folder, lock: SharedDescriptor) {
        self.identifier = identifier
        path = runs.path + "/" + identifier.description
        self.lock = lock
    }

    /// Begins a run: the folder appears complete and locked.
    package static func create(in home: Home, at time: Timestamp = .now()) throws(StoreError) -> RunDirectory {
        try StoreError.translating("cannot make the run's folder") {
            let runs = try home.part(.runs)
            let length = runs.path.utf8.count + "/2026-11-24-000000000000/registry.sock".utf8.count
            guard length < socketPathLimit else {
                throw StoreError(
                    .runDirectory,
                    "`\(runs.path)` is too long a path for a socket: \(length) of \(socketPathLimit - 1) bytes",
                    remedy: "set AGENTBOX_HOME to a shorter path")
            }
            return try FolderLock.holding(".lock", in: runs) {
                // Whoever made these died over it.
                for name in try runs.names() where name.hasPrefix(".new-") { try runs.remove(name) }
                while true {
                    if let run = try create(RunIdentifier(at: time), in: runs) { return run }
                }
            }
        }
    }

    /// Nil if the name is taken. Locked before it has its name: a run that others can see has never been unlocked
    /// while it lived.
    private static func create(_ identifier: RunIdentifier, in runs: Folder) throws -> RunDirectory? {
        let temporary = ".new-" + Folder.randomName()
        let folder = try runs.folder(temporary, durable: false)
        do {
            for part in ["layers", "changes"] { _ = try folder.folder(part, durable: false) }
            let lock = try folder.create(lockName).shared()
            try lock.lockExclusively()
            let name = identifier.description
            // Renaming onto an empty folder would replace it: a run's folder never is.
            guard renameat(runs.descriptor.raw, temporary, runs.descriptor.raw, name) == 0 else {
                guard errno == EEXIST || errno == ENOTEMPTY else { throw SystemError.last("renameat", name) }
                try runs.remove(temporary)
                return nil
            }
            // The journal of a publication has to be found after a loss of power.
            try folder.descriptor.synchronize()
            try runs.descriptor.synchronize()
            return RunDirectory(identifier, in: runs, lock: lock)
        } catch {
            // The first failure says more than one of the clean-up.
            try? runs.remove(temporary)
            throw error
        }
    }

    /// Takes over a run whose process is gone, to finish what it left. Nil while it lives, while somebody else has
    /// adopted it, or if there is no such run.
    package static func adopt(_ identifier: RunIdentifier, in home: Home) throws(StoreError) -> RunDirectory? {
        try StoreError.translating("cannot adopt run `\(identifier)`") {
            let runs = try home.part(.runs)
            guard let lock = try openLock(of: identifier, in: runs) else { return nil }
            return try lock.tryLockExclusively() ? RunDirectory(identifier, in: runs, lock: lock) : nil
        }
    }

    /// True if the run's process lives.
    package static func isAlive(_ identifier: RunIdentifier, in home: Home) throws(StoreError) -> Bool {
        try StoreError.translating("cannot tell whether run `\(identifier)` lives") {
            try openLock(of: identifier, in: try home.part(.runs))?.isLockedElsewhere() ?? false
        }
    }

    /// All runs, oldest first.
    package static func all(in home: Home) throws(StoreError) -> [RunIdentifier] {
        try StoreError.translating("cannot list the runs") {
            try home.part(.runs).names().compactMap { RunIdentifier($0) }.sorted()
        }
    }

    /// Runs, dead or alive, whose folder of layers is not empty, oldest first. A look at one number each: there may be
    /// thousands of runs, and this is asked at every start.
    package static func holdingLayers(in home: Home) throws(StoreError) -> [RunIdentifier] {
        try StoreError.translating("cannot look for what runs left behind") {
            let runs = try home.part(.runs)
            return try runs.names().compactMap { RunIdentifier($0) }.sorted().filter { run in
                var status = stat()
                guard fstatat(runs.descriptor.raw, "\(run)/layers", &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                    return false
                }
                // A folder is linked by its name, by its own `.` and by each folder in it. File systems that do not
                // count say 1.
                return status.st_mode & S_IFMT == S_IFDIR && status.st_nlink != 2
            }
        }
    }

    /// Removes the folder with all that it holds. The run ends for others.
    package func remove(from home: Home) throws(StoreError) {
        try StoreError.translating("cannot remove `\(path)`") {
            try home.part(.runs).remove(identifier.description)
        }
    }

    private static func openLock(of identifier: RunIdentifier, in runs: Folder) throws(SystemError) -> SharedDescriptor?
    {
        do throws(SystemError) {
            return try runs.open(identifier.description + "/" + lockName, O_RDWR).shared()
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }
}
