/// Placeholders in a filter that `agentbox-init` replaces by the halves of a fresh random number: they tell its own
/// `execveat(AT_EMPTY_PATH)` from any other. Arbitrary, and no other operand of a filter.
struct Cookie: Hashable, Sendable {
    let low: UInt32
    let high: UInt32

    static let placeholder = Cookie(low: 0xc00c_1e10, high: 0xc00c_1e48)
}

/// A compiled filter.
struct FilterProgram: Hashable, Sendable {
    let instructions: [BPFInstruction]
    let cookie: Cookie

    /// As the kernel reads it: an array of `struct sock_filter` in native byte order.
    var bytes: [UInt8] { instructions.withUnsafeBytes { Array($0) } }

    init(instructions: [BPFInstruction], cookie: Cookie) {
        self.instructions = instructions
        self.cookie = cookie
    }

    /// Reads `bytes` back; nil if they are no whole number of instructions.
    init?(bytes: some Collection<UInt8>, cookie: Cookie) {
        let size = MemoryLayout<BPFInstruction>.stride
        guard bytes.count % size == 0 else { return nil }
        let array = Array(bytes)
        instructions = array.withUnsafeBytes { buffer in
            (0..<array.count / size).map { buffer.loadUnaligned(fromByteOffset: $0 * size, as: BPFInstruction.self) }
        }
        self.cookie = cookie
    }
}
