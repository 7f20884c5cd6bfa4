import CSandbox
import Manifests

/// What agentbox-init hears of a program's system calls.
enum Listening: Hashable, Sendable {
    case nothing
    /// What the filter refuses with an error: the profile's refusals, and not the ENOSYS by which a libc finds out how
    /// old a kernel is, unless that is what the profile refuses with.
    case refusals(isSilentRefusalTheProfiles: Bool)
    /// Every system call.
    case everything

    /// What a call under this profile reports.
    init(reportingOf profile: ResolvedProfile) {
        self =
            profile.reportsRefusals
            ? .refusals(
                isSilentRefusalTheProfiles: profile.defaultAction == .enosys
                    || profile.rules.contains { $0.errno == "ENOSYS" }) : .nothing
    }

    var flags: UInt32 {
        switch self {
        case .nothing: 0
        case .refusals(let isSilent): TERM_REPORT.rawValue | (isSilent ? TERM_REPORT_ENOSYS.rawValue : 0)
        case .everything: TERM_TRACE.rawValue
        }
    }

    /// What init reads of the arguments.
    var shapes: [notice_shape] { self == .nothing ? [] : Self.allShapes }

    private static let allShapes = NoticeShapes.entries(in: .of(.host))
}
