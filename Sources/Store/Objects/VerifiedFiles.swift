import LinuxIO

/// Digests that this process has computed, by what the file was then: a file is read again when its inode changed.
final class VerifiedFiles: Sendable {
    private let digests = Locked<[FileStamp: Digest]>([:])

    /// The digest of an open file.
    func digest(_ file: SharedDescriptor, _ path: String) throws -> (digest: Digest, stamp: FileStamp) {
        let stamp = FileStamp(try file.status())
        if let known = digests.withLock({ $0[stamp] }) { return (known, stamp) }
        let computed = try FileHash.of(file, path)
        if computed.stamp.isSettled { digests.withLock { $0[computed.stamp] = computed.digest } }
        return computed
    }

    /// True if the file's content has this digest.
    func holds(_ file: SharedDescriptor, _ digest: Digest, _ path: String) throws -> Bool {
        try self.digest(file, path).digest == digest
    }
}
