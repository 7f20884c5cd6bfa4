/// A rule of the audit, as the kernel lists it (`struct audit_rule_data`).
enum AuditRule {
    private static let excludes: UInt32 = 5  // AUDIT_FILTER_EXCLUDE
    private static let isPrepended: UInt32 = 0x10
    private static let messageType: UInt32 = 12
    private static let equals: UInt32 = 0x4000_0000
    private static let needed: Set<UInt32> = [1305, 1423, 1424]  // also that rules were changed

    /// True if it keeps records from being written that tell what Landlock refused. One that cannot be read does.
    static func hidesRefusals(_ bytes: [UInt8]) -> Bool {
        func word(_ index: Int) -> UInt32? {
            let start = 4 * index
            guard start + 4 <= bytes.count else { return nil }
            return bytes[start..<start + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        }
        guard let filter = word(0), let count = word(2), count <= 64, word(3 + 4 * 64) != nil else { return true }
        guard filter & ~isPrepended == excludes else { return false }
        // Its fields hold together: one that is about another type of record is about no other.
        let isAboutOthers = (0..<Int(count)).contains { index in
            guard let field = word(3 + 64 + index), let value = word(3 + 2 * 64 + index),
                let comparison = word(3 + 3 * 64 + index)
            else { return false }
            return field == messageType && comparison == equals && !needed.contains(value)
        }
        return !isAboutOthers
    }
}
