import CSandbox
import Glibc
import LinuxIO

/// The audit of this host, for a test that may change it. `on` puts everything back.
package final class AuditSwitch: Sendable {
    private let socket: SharedDescriptor
    private let before: [UInt32]

    /// Runs `body` with the audit on and room for many records. Where that is not allowed, it says so and does nothing.
    package static func on(_ body: (AuditSwitch) async throws -> Void) async throws {
        guard geteuid() == 0, let audit = AuditSwitch() else {
            return print(
                "skipped: only root of the host may switch the audit on, and this kernel has to have Landlock's")
        }
        defer { audit.restore() }
        guard audit.set(enabled: true, backlog: 8192), audit.status()?[1] == 1 else {
            return print("skipped: the audit of this host is locked")
        }
        try await body(audit)
    }

    private init?() {
        let raw = kernel_audit_open()
        guard raw >= 0, cs_landlock_abi() >= 7 else { return nil }
        socket = Descriptor(owning: raw).shared()
        guard let status = Self.status(socket) else { return nil }
        before = status
    }

    private func restore() {
        set(enabled: before[1] != 0, backlog: before[5])
        set(rate: before[4])
    }

    private func send(_ type: UInt16, _ bytes: [UInt8]) { Self.send(socket, type, bytes) }

    private static func send(_ socket: SharedDescriptor, _ type: UInt16, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { kernel_audit_send(socket.raw, type, 0, $0.baseAddress, $0.count) }
    }

    /// mask, enabled, failure, pid, rate limit, backlog limit, lost, backlog; nil if the kernel does not say.
    package func status() -> [UInt32]? { Self.status(socket) }

    private static func status(_ socket: SharedDescriptor) -> [UInt32]? {
        send(socket, UInt16(KERNEL_AUDIT_GET.rawValue), [])
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        for _ in 0..<100_000 {
            var type: UInt16 = 0
            var sequence: UInt32 = 0
            let size = bytes.withUnsafeMutableBytes {
                kernel_audit_receive(socket.raw, $0.baseAddress, $0.count, &type, &sequence)
            }
            if size < 0, errno == EAGAIN, kernel_audit_wait(socket.raw, -1, 1000) == 0 { return nil }
            guard size >= 32, type == KERNEL_AUDIT_GET.rawValue else { continue }
            return bytes.withUnsafeBytes { bytes in
                (0..<8).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
            }
        }
        return nil
    }

    private func set(_ mask: UInt32, _ words: [Int: UInt32]) -> Bool {
        var status = [UInt32](repeating: 0, count: 10)
        status[0] = mask
        for (index, word) in words { status[index] = word }
        send(1001, status.withUnsafeBytes { Array($0) })
        return self.status() != nil
    }

    @discardableResult
    package func set(enabled: Bool, backlog: UInt32 = 8192) -> Bool {
        set(0x11, [1: enabled ? 1 : 0, 5: backlog])
    }

    /// Records a second; 0 is no limit.
    @discardableResult
    package func set(rate: UInt32) -> Bool { set(8, [4: rate]) }

    /// Runs `body` while records of one type are left out.
    package func excluding(_ type: UInt32, _ body: () async throws -> Void) async throws {
        var rule = [UInt32](repeating: 0, count: 260)
        (rule[0], rule[1], rule[2]) = (5, 2, 1)  // AUDIT_FILTER_EXCLUDE, AUDIT_ALWAYS
        (rule[67], rule[131], rule[195]) = (12, type, 0x4000_0000)  // AUDIT_MSGTYPE = type
        let bytes = rule.withUnsafeBytes { Array($0) }
        send(1011, bytes)
        defer {
            send(1012, bytes)
            _ = status()
        }
        _ = status()
        try await body()
    }
}
