import CSandbox
import Glibc
import LinuxIO

/// What its thread does: logs marks, and reads what comes.
extension KernelAudit {
    func serve() {
        while !state.withLock({ $0.isClosed }) {
            let hasMessages = kernel_audit_wait(socket.raw, wake.raw, -1) == 1
            eventfd_shim_drain(wake.raw)
            if hasMessages { receive() }
            sendMark()
            sendWantedRules()
        }
        let left = state.withLock { state in
            defer { (state.waiting, state.marks) = ([], [:]) }
            return state.waiting + state.marks.values.flatMap(\.waiters)
        }
        for waiter in left { waiter.finish(false) }
    }

    /// One for all that wait. To log it takes as long as the audit is behind: who waits does not wait for that.
    private func sendMark() {
        let mark = AuditMark.random()
        let sequence = state.withLock { state -> UInt32? in
            guard !state.waiting.isEmpty else { return nil }
            // The one that comes back first makes room.
            guard state.marks.count < Self.marksAtOnce else { return nil }
            state.sequence &+= 2
            state.marks[mark] = Mark(sequence: state.sequence, waiters: state.waiting, isAnswered: !canAsk)
            state.waiting = []
            return state.sequence
        }
        guard let sequence else { return }
        let text = AuditMark.text(mark)
        let isSent = text.withCString {
            kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_TRUSTED_APP.rawValue), sequence, $0, text.utf8.count + 1)
                == 0
        }
        let isAsked =
            !canAsk || kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_GET.rawValue), sequence &+ 1, nil, 0) == 0
        if !isSent || !isAsked { fail(mark) }
    }

    private func fail(_ mark: String) {
        let waiters = state.withLock { $0.marks.removeValue(forKey: mark)?.waiters ?? [] }
        for waiter in waiters { waiter.finish(false) }
    }

    private func sendWantedRules() {
        let isWanted = state.withLock { state in
            guard state.wantsRules, canAsk, state.listed == nil else { return false }
            (state.wantsRules, state.listed) = (false, false)
            return true
        }
        if isWanted { _ = kernel_audit_send(socket.raw, UInt16(KERNEL_AUDIT_LIST_RULES.rawValue), 2, nil, 0) }
    }

    private static let room = 16 << 10

    /// All that waits, some at a time: so that marks are made in between.
    private func receive() {
        var bytes = [UInt8](repeating: 0, count: Self.room)
        for _ in 0..<256 {
            var type: UInt16 = 0
            var sequence: UInt32 = 0
            let size = bytes.withUnsafeMutableBytes {
                kernel_audit_receive(socket.raw, $0.baseAddress, $0.count, &type, &sequence)
            }
            if size < 0 {
                let isEmpty = errno == EAGAIN
                // ENOBUFS: more came than the socket holds. Whatever else is wrong, this is no more to be relied on.
                state.withLock { state in
                    if !isEmpty || state.isOverflowing { state.correlation.lose() }
                    state.isOverflowing = !isEmpty
                }
                if isEmpty { return }
                continue
            }
            hear(type, sequence, Array(bytes[..<max(0, size)]))
        }
    }

    private func hear(_ type: UInt16, _ sequence: UInt32, _ bytes: [UInt8]) {
        switch UInt32(type) {
        case KERNEL_AUDIT_GET.rawValue: if let status = AuditStatus(bytes) { hear(status, sequence) }
        case KERNEL_AUDIT_ERROR.rawValue: hearProblem(sequence)
        case KERNEL_AUDIT_CONFIG_CHANGE.rawValue:
            state.withLock { state in
                state.correlation.lose()
                (state.hidesSome, state.wantsRules) = (true, true)
            }
            sendWantedRules()
        case KERNEL_AUDIT_LIST_RULES.rawValue:
            let hides = AuditRule.hidesRefusals(bytes)
            state.withLock { if $0.listed != nil, hides { $0.listed = true } }
        case KERNEL_AUDIT_DONE.rawValue:
            state.withLock { state in
                guard let listed = state.listed else { return }
                state.listed = nil
                // What was changed while they were listed may be missing from the list.
                if !state.wantsRules { state.hidesSome = listed }
            }
            sendWantedRules()
        case KERNEL_AUDIT_SYSTEM_CALL.rawValue where !isAwaited(bytes): return
        default:
            guard let record = AuditRecord(type: type, bytes) else {
                // A record of Landlock's that is not understood may be about any call.
                let landlock = [KERNEL_AUDIT_LANDLOCK_ACCESS.rawValue, KERNEL_AUDIT_LANDLOCK_DOMAIN.rawValue]
                if landlock.contains(UInt32(type)), !AuditRecord.isEndOfDomain(bytes) {
                    state.withLock { $0.correlation.lose() }
                }
                return
            }
            if case .mark(let mark) = record { return hear(mark) }
            state.withLock { $0.correlation.take(record) }
        }
    }

    /// An audit that watches the whole host writes of every program: what is nobody's here is not read any further.
    private func isAwaited(_ bytes: [UInt8]) -> Bool {
        guard let event = AuditText(bytes)?.event else { return false }
        return state.withLock { $0.correlation.awaits(event) }
    }

    private func hear(_ mark: String) {
        finish { marks in
            marks[mark]?.isBack = true
            return mark
        }
    }

    private func hear(_ status: AuditStatus, _ sequence: UInt32) {
        state.withLock { state in
            state.lost = status.lost
            if !status.isEnabled { state.isOn = false }
        }
        finish { marks in
            guard let mark = marks.first(where: { $0.value.sequence &+ 1 == sequence })?.key else { return nil }
            marks[mark]?.isAnswered = true
            // Nobody logs a mark any more.
            if !status.isEnabled { marks[mark]?.isBack = true }
            return mark
        }
    }

    /// A request was refused.
    private func hearProblem(_ sequence: UInt32) {
        let mark = state.withLock { state in
            state.marks.first { [$0.value.sequence, $0.value.sequence &+ 1].contains(sequence) }?.key
        }
        if let mark { fail(mark) }
    }

    /// - Parameter change: Says which mark it was.
    private func finish(_ change: (inout [String: Mark]) -> String?) {
        let done = state.withLock { state -> Mark? in
            guard let mark = change(&state.marks), let one = state.marks[mark], one.isBack, one.isAnswered else {
                return nil
            }
            state.behindUntil = nil
            return state.marks.removeValue(forKey: mark)
        }
        for waiter in done?.waiters ?? [] { waiter.finish(true) }
    }
}
