import Glibc
import LinuxIO

/// Makes proofs of a ledger, from tiles that it keeps beside the log and brings up to date when somebody asks.
package struct LogProver {
    static let tilesName = "tiles"

    /// The newest checkpoint.
    package let checkpoint: SignedCheckpoint
    private let directory: String
    private let keys: KeyFolder
    private let prover: TreeProver

    /// Blocking; the first time it reads the whole log.
    package init(ledger directory: String, keys folder: String? = nil) throws(LedgerError) {
        self.directory = directory
        let path = folder ?? KeyFolder.path(beside: directory)
        keys = try KeyFolder(path)
        let tiles = directory + "/" + Self.tilesName
        do throws(LedgerError) {
            checkpoint = try TileWriter.write(ledger: directory, keys: path, to: tiles, entries: false)
        } catch {
            // They are a copy: what is wrong with them is put right from the log, which then has to be whole.
            Self.remove(tiles)
            checkpoint = try TileWriter.write(ledger: directory, keys: path, to: tiles, entries: false)
        }
        prover = TileReader(folder: try TileFolder(tiles, create: false), size: checkpoint.size).prover
    }

    /// That entry `index` is in the log of the newest checkpoint.
    package func inclusion(of index: LedgerIndex) throws(LedgerError) -> InclusionProof {
        guard index < checkpoint.size else {
            throw LedgerError(
                .proofWrong, "the ledger has \(checkpoint.size) entries, and none is number \(index)",
                remedy: "`agentbox audit log --all` shows those that it has")
        }
        var reader = try LedgerReader(directory: directory)
        while let record = try reader.next() {
            guard record.index == index else { continue }
            let proof = InclusionProof(
                index: index, entry: record.payload, hashes: try prover.inclusion(of: index, in: checkpoint.size),
                checkpoint: checkpoint.encoded)
            _ = try proof.verify(trusted: [checkpoint.key])
            return proof
        }
        throw .shorter(reader.path, than: checkpoint.size, has: reader.position.index)
    }

    /// That the log of `second` entries, the newest checkpoint's if nil, begins with that of `first` entries. A checkpoint
    /// of an earlier size is signed anew, with the key of now.
    package func consistency(from first: UInt64, to second: UInt64? = nil) throws(LedgerError) -> ConsistencyProof {
        let second = second ?? checkpoint.size
        guard first > 0, first <= second, second <= checkpoint.size else {
            throw LedgerError(
                .proofWrong, "no log of \(second) entries continues one of \(first): the ledger has \(checkpoint.size)",
                remedy: "name sizes from 1 to \(checkpoint.size), the smaller one first")
        }
        var newer = checkpoint
        if second < checkpoint.size {
            guard let name = checkpoint.key.keyName, let log = LogOrigin(name.log) else {
                throw LedgerError(.corrupt, "the checkpoint names no key of a ledger")
            }
            let key = try keys.signingKey(of: log, epoch: name.epoch)
            newer = try SignedCheckpoint(
                Checkpoint(origin: key.verifier.name, size: second, root: try prover.root(of: second)), signedBy: key)
        }
        let proof = ConsistencyProof(
            first: first, firstRoot: try prover.root(of: first),
            hashes: try prover.consistency(from: first, to: second), checkpoint: newer.encoded)
        _ = try proof.verify(trusted: [newer.key])
        return proof
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        let names = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared().names()
        for name in names ?? [] { remove(path + "/" + name) }
        rmdir(path)
    }
}
