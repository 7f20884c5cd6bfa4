/// What becomes of a system call, whether or not it is reported.
enum CallVerdict: Hashable, Sendable {
    case allowed
    /// Returns this error.
    case refused(Int32)
    /// The process ends.
    case killed
}

extension CallVerdict {
    private static let actionMask: UInt32 = 0xffff_0000
    private static let returnError: UInt32 = 0x0005_0000
    private static let killProcess: UInt32 = 0x8000_0000
    /// SECCOMP_RET_USER_NOTIF: whoever is told answers with the error that the profile returns.
    static let notify: UInt32 = 0x7fc0_0000

    /// The verdict of a SECCOMP_RET_* value; nil for one that no filter of ours returns.
    /// - Parameter default: The error of a refusal that is reported.
    init?(returned value: UInt32, default errno: Int32) {
        switch value & Self.actionMask {
        case FilterAction.allow.rawValue: self = .allowed
        case Self.returnError: self = .refused(Int32(value & ~Self.actionMask))
        case Self.notify: self = .refused(errno)
        case Self.killProcess: self = .killed
        default: return nil
        }
    }
}
