import Glibc
import LinuxIO

/// The folders of one run that layers and changes live in, all 0700 and the host's own:
///
///     layers/.lock        held while the run lives
///     layers/.next/       one that lies ready for the next call
///     layers/0001/        one layer: `tree`, `work`, the `journal` of its publication and the `record` it prepares
///     changes/0001.json   what the first publication changed: `ChangeRecord`
///     changes/blobs/HEX   contents before and after, by their SHA-256
///
/// What a call writes into lies one level below a folder that its user may not enter: it is reached by mount only.
struct RunFolder: Sendable {
    let layers: SharedDescriptor
    let changes: ChangeStore
    private let lock: SharedDescriptor

    static let layersName = "layers"

    /// Opens the folders of the run at `path`, and makes those that are missing.
    init(_ path: String) throws(LayerError) {
        do {
            let run = try Descriptor.open(path, pathOnly | O_DIRECTORY | O_NOFOLLOW)
            layers = try Self.folder(Self.layersName, in: run)
            changes = try ChangeStore(Self.folder(ChangeStore.folderName, in: run))
            lock = try Descriptor.open(".lock", in: layers, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600).shared()
        } catch {
            throw LayerError("open the folders of the run `\(path)`", error)
        }
        let isFree: Bool
        do { isFree = try lock.tryLockExclusively() } catch { throw LayerError("lock the run `\(path)`", error) }
        guard isFree else { throw LayerError(.runInUse, "another process works on the run `\(path)`") }
    }

    /// Lets others have the run, at once: a child that is just being started holds a duplicate for a moment. Should it
    /// fail, the end of this process does it.
    func unlock() { try? lock.unlock() }

    /// Opens a folder of the host's own, making it if need be.
    static func folder(
        _ name: String, in parent: borrowing some OpenDescriptor & ~Copyable
    ) throws(SystemError) -> SharedDescriptor {
        do {
            try parent.makeFolder(name, mode: 0o700)
        } catch {
            if error.errno != EEXIST { throw error }
        }
        return try Descriptor.open(name, in: parent, pathOnly | O_DIRECTORY | O_NOFOLLOW).shared()
    }

    /// `0007` of 7, so that names sort as numbers.
    static func name(of number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
