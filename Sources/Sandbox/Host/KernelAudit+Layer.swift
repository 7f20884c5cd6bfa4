import LinuxIO

extension KernelAudit {
    /// Nothing depends on it: it is what is known of a call that depends on it.
    static var layer: HostCapabilities.Layer {
        get async {
            let opened = await BlockingPool.shared.run { () -> Result<KernelAudit, AuditAbsence> in
                Result { () throws(AuditAbsence) in try KernelAudit.open() }
            }
            switch opened {
            case .failure(let absence):
                return .init(TierTable.audit, .optional, "none: \(absence.reason)", remedy: absence.remedy)
            case .success(let audit):
                defer { audit.close() }
                if audit.isWhole {
                    return .init(TierTable.audit, .enforced, "what Landlock refuses a call is in its outcome")
                }
                return .init(
                    TierTable.audit, .optional,
                    "in part: some of what Landlock refuses may be missing, and `unreported` says so",
                    remedy: audit.whatIsMissing)
            }
        }
    }
}
