/// The secret of one run with which values are hashed, so that nobody outside can compute two with the same key.
package struct ProvenanceKey: Hashable, Sendable {
    fileprivate let first: UInt64
    fileprivate let second: UInt64

    /// The halves have to come from the system's random numbers.
    package init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    /// For tests and for looking at calls that nobody executes.
    package static let fixed = ProvenanceKey(0, 0)
}

/// A value's keyed hash of 128 bits: what is kept of a value in place of the value. Even a billion values of one run
/// have a common hash with a probability below 10⁻²⁰, and without the key nobody can look for one.
struct ValueKey: Hashable, Sendable {
    let low: UInt64
    let high: UInt64

    init(_ bytes: some Collection<UInt8>, key: ProvenanceKey) {
        let hash: SipHash128? = bytes.withContiguousStorageIfAvailable {
            SipHash128(UnsafeRawBufferPointer($0), key)
        }
        let result = hash ?? Array(bytes).withUnsafeBytes { SipHash128($0, key) }
        low = result.low
        high = result.high
    }

    // Both halves are as good as random.
    func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// SipHash-2-4 with 128 bits of output, by Aumasson and Bernstein's description and their extension to 128 bits.
struct SipHash128 {
    let low: UInt64
    let high: UInt64

    init(_ bytes: UnsafeRawBufferPointer, _ key: ProvenanceKey) {
        var state = State(key)
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            state.absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for (shift, byte) in bytes[whole...].enumerated() { last |= UInt64(byte) << UInt64(8 * shift) }
        state.absorb(last)
        state.v2 ^= 0xEE
        for _ in 0..<4 { state.round() }
        low = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
        state.v1 ^= 0xDD
        for _ in 0..<4 { state.round() }
        high = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(_ key: ProvenanceKey) {
            v0 = 0x736F_6D65_7073_6575 ^ key.first
            v1 = 0x646F_7261_6E64_6F6D ^ key.second ^ 0xEE
            v2 = 0x6C79_6765_6E65_7261 ^ key.first
            v3 = 0x7465_6462_7974_6573 ^ key.second
        }

        @inline(__always)
        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        @inline(__always)
        mutating func round() {
            v0 &+= v1
            v1 = Self.rotated(v1, 13) ^ v0
            v0 = Self.rotated(v0, 32)
            v2 &+= v3
            v3 = Self.rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = Self.rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = Self.rotated(v1, 17) ^ v2
            v2 = Self.rotated(v2, 32)
        }

        @inline(__always)
        private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
    }
}
