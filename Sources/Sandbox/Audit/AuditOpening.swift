import CSandbox
import Glibc
import LinuxIO

/// Why the kernel's audit cannot be read here, and what to do.
package struct AuditAbsence: Error, Sendable {
    package let reason: String
    package let remedy: String

    init(_ reason: String, remedy: String) {
        self.reason = reason
        self.remedy = remedy
    }

    init(_ problem: SystemError) {
        self.init(
            "the kernel does not let agentbox read it: \(problem.message)",
            remedy: "start agentbox as root of the host, or give it " + Self.capabilities)
    }

    static let capabilities =
        "CAP_AUDIT_READ, CAP_AUDIT_WRITE and CAP_AUDIT_CONTROL (`AmbientCapabilities=` of a systemd unit)"
    static let switchOn = "`auditctl -e 1`, or boot with `audit=1`"
}

/// A socket on which records come, with what was found out about them.
struct AuditOpening {
    /// The first that tells of domains, and lets a process have those of its next program logged.
    private static let leastABI: UInt32 = 7
    /// How long it may take the kernel to answer one request.
    private let patience: Duration

    let socket: SharedDescriptor
    private(set) var canAsk = false
    private(set) var canMark = false
    private(set) var lost: UInt32?
    private(set) var hidesSome = true

    /// Blocks until the kernel has answered, or for three times its patience.
    init(patience: Duration) throws(AuditAbsence) {
        self.patience = patience
        guard cs_landlock_abi() >= Self.leastABI else {
            throw AuditAbsence(
                "Landlock tells it nothing before ABI \(Self.leastABI)", remedy: "boot Linux 6.15 or later")
        }
        guard kernel_audit_may_read() == 1 else { throw AuditAbsence(SystemError(call: "bind", errno: EPERM)) }
        let raw = kernel_audit_open()
        guard raw >= 0 else { throw AuditAbsence(.last("bind")) }
        socket = Descriptor(owning: raw).shared()
        try ask()
        if canAsk { listRules() }
        try mark()
    }

    /// The next message, or that to a request; nil if none comes in time. Of a host that logs much others come all the time.
    private func answer(
        _ sequence: UInt32?, until deadline: ContinuousClock.Instant
    ) -> (type: UInt32, bytes: [UInt8])? {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while ContinuousClock.now < deadline {
            var type: UInt16 = 0
            var heard: UInt32 = 0
            let size = bytes.withUnsafeMutableBytes {
                kernel_audit_receive(socket.raw, $0.baseAddress, $0.count, &type, &heard)
            }
            if size >= 0 {
                if sequence == nil || sequence == heard { return (UInt32(type), Array(bytes[..<size])) }
            } else if errno == EAGAIN {
                _ = kernel_audit_wait(socket.raw, -1, 10)
            }
        }
        return nil
    }

    private mutating func ask() throws(AuditAbsence) {
        guard kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_GET.rawValue), 1, nil, 0) == 0 else {
            throw AuditAbsence(.last("sendmsg"))
        }
        guard let answer = answer(1, until: .now + patience), answer.type == KERNEL_AUDIT_GET.rawValue,
            let status = AuditStatus(answer.bytes)
        else { return }
        guard status.isEnabled else {
            throw AuditAbsence("it is switched off", remedy: "switch it on: \(AuditAbsence.switchOn)")
        }
        canAsk = true
        lost = status.lost
    }

    private mutating func listRules() {
        guard kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_LIST_RULES.rawValue), 2, nil, 0) == 0 else { return }
        var hides = false
        let deadline = ContinuousClock.now + patience
        while let answer = answer(2, until: deadline) {
            switch answer.type {
            case KERNEL_AUDIT_LIST_RULES.rawValue: hides = hides || AuditRule.hidesRefusals(answer.bytes)
            case KERNEL_AUDIT_DONE.rawValue:
                hidesSome = hides
                return
            default: return
            }
        }
    }

    /// That records arrive at all: those of another network namespace do not, and nobody says so.
    private mutating func mark() throws(AuditAbsence) {
        let mark = AuditMark.random()
        let text = AuditMark.text(mark)
        let sent = text.withCString {
            kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_TRUSTED_APP.rawValue), 3, $0, text.utf8.count + 1)
        }
        guard sent == 0 else { return }
        let deadline = ContinuousClock.now + patience
        while let answer = answer(nil, until: deadline) {
            if answer.type == KERNEL_AUDIT_ERROR.rawValue { return }
            guard answer.type == KERNEL_AUDIT_TRUSTED_APP.rawValue else { continue }
            if AuditRecord(type: UInt16(answer.type), answer.bytes) == .mark(mark) {
                canMark = true
                return
            }
        }
        throw AuditAbsence(
            "what is logged does not come here",
            remedy:
                "switch it on: \(AuditAbsence.switchOn); let no rule leave out TRUSTED_APP; and start agentbox in the "
                + "host's network")
    }
}
