/// One instruction of classic BPF, laid out as the kernel's `struct sock_filter`.
struct BPFInstruction: Hashable, Sendable {
    var code: UInt16
    var jumpTrue: UInt8 = 0
    var jumpFalse: UInt8 = 0
    var operand: UInt32

    /// BPF_LD | BPF_W | BPF_ABS: the accumulator becomes a word of `struct seccomp_data`.
    static let loadWord: UInt16 = 0x20
    /// BPF_JMP | BPF_JA
    static let jump: UInt16 = 0x05
    /// BPF_JMP | BPF_JEQ | BPF_K
    static let jumpEqual: UInt16 = 0x15
    /// BPF_JMP | BPF_JGT | BPF_K
    static let jumpGreater: UInt16 = 0x25
    /// BPF_JMP | BPF_JGE | BPF_K
    static let jumpGreaterOrEqual: UInt16 = 0x35
    /// BPF_JMP | BPF_JSET | BPF_K
    static let jumpAnyBit: UInt16 = 0x45
    /// BPF_ALU | BPF_AND | BPF_K
    static let and: UInt16 = 0x54
    /// BPF_RET | BPF_K
    static let `return`: UInt16 = 0x06
}

/// What the kernel does with a system call: a SECCOMP_RET_* value.
struct FilterAction: Hashable, Sendable {
    let rawValue: UInt32

    static let allow = FilterAction(rawValue: 0x7fff_0000)
    static let killProcess = FilterAction(rawValue: 0x8000_0000)
    static func error(_ errno: Int32) -> FilterAction { FilterAction(rawValue: 0x0005_0000 | UInt32(errno)) }
}

/// Offsets in `struct seccomp_data`.
enum FilterData {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
    static func high(_ argument: Int) -> UInt32 { low(argument) + 4 }
}
