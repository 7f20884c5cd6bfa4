/// What OCI does with a call: SCMP_ACT_*.
enum OCIAction: Hashable {
    case allow
    case error(Int32)
    /// SCMP_ACT_KILL_PROCESS.
    case kill
    /// SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD. A profile of ours ends the process.
    case killThread
    /// TRAP, TRACE, LOG, NOTIFY: nothing that a profile of ours can say.
    case other(String)

    init?(_ name: String, error: Int32) {
        switch name {
        case "SCMP_ACT_ALLOW": self = .allow
        case "SCMP_ACT_ERRNO": self = .error(error)
        case "SCMP_ACT_KILL_PROCESS": self = .kill
        case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": self = .killThread
        case "SCMP_ACT_TRAP", "SCMP_ACT_TRACE", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY": self = .other(name)
        default: return nil
        }
    }

    /// Nil if no filter of ours can do that.
    var verdict: CallVerdict? {
        switch self {
        case .allow: .allowed
        case .error(let number): .refused(number)
        case .kill, .killThread: .killed
        case .other: nil
        }
    }
}
