import Glibc
import LinuxIO
import StrictJSON

/// The intents that runs were started with, by the digest of their canonical form: the ledger names the digest, and a
/// review has to know what was granted.
package struct IntentArchive: Sendable {
    private let folder: Folder

    package init(_ home: Home) throws(StoreError) {
        folder = try StoreError.translating("cannot open the intents in `\(home.store)`") {
            try home.part(.store).folder("intents")
        }
    }

    /// Keeps an intent's canonical form; one that is there already stays. Blocking.
    package func keep(_ canonical: JSON) throws -> Digest {
        let bytes = try canonical.canonical()
        let digest = Digest.of(bytes)
        let name = digest.hex + ".json"
        try StoreError.translating("cannot keep the intent") {
            guard try read(name) != bytes else { return }
            try folder.write(name, bytes)
        }
        return digest
    }

    /// The intent of that digest; nil if it was never kept, or is not what it was. Blocking.
    package func intent(_ digest: Digest) -> JSON? {
        guard let bytes = try? read(digest.hex + ".json"), Digest.of(bytes) == digest else { return nil }
        return try? JSON(parsing: bytes)
    }

    private func read(_ name: String) throws -> [UInt8]? {
        do throws(SystemError) {
            return try folder.open(name, O_RDONLY).shared().readAll(limit: 4 << 20)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }
}
