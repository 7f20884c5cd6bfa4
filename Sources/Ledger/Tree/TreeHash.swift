import Crypto

/// The hash of a node of the log's Merkle tree (RFC 6962, section 2.1; SHA-256).
package struct TreeHash: Hashable, Sendable {
    /// In bytes.
    package static let size = 32

    private let words: SIMD4<UInt64>

    /// The hash with these bytes; nil unless there are 32.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self = Array(bytes).withUnsafeBytes { TreeHash(reading: $0) }
    }

    private init(reading bytes: UnsafeRawBufferPointer) {
        words = SIMD4(
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    private init(_ digest: SHA256Digest) {
        self = digest.withUnsafeBytes { TreeHash(reading: $0) }
    }

    /// Of a tree without entries.
    package static let ofEmptyTree = TreeHash(SHA256().finalize())

    /// Of an entry: SHA-256 of a zero byte and the entry.
    package init(leaf entry: UnsafeRawBufferPointer) {
        var hash = SHA256()
        Self.prefixes.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[0..<1])) }
        hash.update(bufferPointer: entry)
        self.init(hash.finalize())
    }

    /// Of an entry.
    package init(leaf entry: [UInt8]) {
        self = entry.withUnsafeBytes { TreeHash(leaf: $0) }
    }

    /// Of two subtrees side by side: SHA-256 of a byte of one, the left hash and the right one.
    package init(_ left: TreeHash, _ right: TreeHash) {
        var hash = SHA256()
        Self.prefixes.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[1..<2])) }
        left.withUnsafeBytes { hash.update(bufferPointer: $0) }
        right.withUnsafeBytes { hash.update(bufferPointer: $0) }
        self.init(hash.finalize())
    }

    /// What sets a leaf apart from a node, so that no entry can pass for two subtrees.
    private static let prefixes: [UInt8] = [0, 1]

    package func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        Swift.withUnsafeBytes(of: words, body)
    }

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// As checkpoints and proofs write it.
    package var base64: String { Base64.encode(bytes) }

    /// Nil unless the text is the one that `base64` writes for some hash.
    package init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text), let hash = TreeHash(bytes) else { return nil }
        self = hash
    }
}
