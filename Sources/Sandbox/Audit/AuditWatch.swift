/// One call, of which the audit is heard. It ends with this value.
final class AuditWatch: Sendable {
    /// What the call's domain is called: so many random bits that no tool guesses it.
    let name: String
    /// The kernel's count of lost records before the call.
    let lost: UInt32?
    private let audit: KernelAudit

    init(_ name: String, of audit: KernelAudit, lost: UInt32?) {
        self.name = name
        self.audit = audit
        self.lost = lost
    }

    deinit { audit.forget(name) }

    /// What was refused, once every process of the call is gone. Once.
    func findings() async -> AuditFindings { await audit.findings(of: self) }

    /// Fifteen bytes, as a process's name has.
    static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<15).map { _ in letters[Int.random(in: 0..<32, using: &generator)] })
    }
}
