/// What the kernel says of its audit (`struct audit_status`).
struct AuditStatus: Hashable, Sendable {
    let isEnabled: Bool
    /// Records that were never written, since the machine started.
    let lost: UInt32

    /// Nil for what is too short to be one.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 28 else { return nil }
        (isEnabled, lost) = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) != 0,
                $0.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
            )
        }
    }
}
