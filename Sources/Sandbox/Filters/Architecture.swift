import CSeccomp

/// A machine that filters are compiled for. The others are killed: their numbers mean other calls.
enum Architecture: String, Hashable, Sendable, CaseIterable {
    case x86_64
    case aarch64

    #if arch(x86_64)
        static let host = Architecture.x86_64
    #elseif arch(arm64)
        static let host = Architecture.aarch64
    #else
        #error("agentbox compiles system call filters for x86-64 and aarch64 only")
    #endif

    /// AUDIT_ARCH_*: what `seccomp_data.arch` holds, and what libseccomp calls the architecture.
    var auditValue: UInt32 {
        switch self {
        case .x86_64: 0xc000_003e
        case .aarch64: 0xc000_00b7
        }
    }

    /// Numbers from here on belong to another ABI of the same machine: on x86-64 bit 30 marks x32.
    var firstForeignNumber: UInt32 { 0x4000_0000 }
}
