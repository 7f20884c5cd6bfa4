import Crypto

/// Several calls that are approved at once, in this order: the root of their digests' Merkle tree (RFC 6962, section
/// 2.1, over the 32 bytes of each digest). Leaves and nodes are hashed apart, so neither a call's digest nor a shorter
/// plan can pass for the root.
package struct CallPlan: Hashable, Sendable {
    /// In the order in which they were shown, at least one.
    package let calls: [SubjectDigest]

    /// Nil for no call, more than `maximumCalls`, or one that occurs twice: each is approved once.
    package init?(_ calls: [SubjectDigest]) {
        guard !calls.isEmpty, calls.count <= Self.maximumCalls, Set(calls).count == calls.count else { return nil }
        self.calls = calls
    }

    /// More than a person reads.
    package static let maximumCalls = 256

    /// What a statement of scope `plan` is about.
    package var root: SubjectDigest { SubjectDigest(Self.root(of: calls[...])) }

    private static func root(of calls: ArraySlice<SubjectDigest>) -> SHA256.Digest {
        var hash = SHA256()
        guard calls.count > 1 else {
            hash.update(data: [0x00] + calls.flatMap(\.bytes))
            return hash.finalize()
        }
        // The largest power of two that is smaller than the count.
        var left = 1
        while left * 2 < calls.count { left *= 2 }
        hash.update(data: [0x01])
        hash.update(data: Array(root(of: calls.prefix(left))))
        hash.update(data: Array(root(of: calls.dropFirst(left))))
        return hash.finalize()
    }
}
