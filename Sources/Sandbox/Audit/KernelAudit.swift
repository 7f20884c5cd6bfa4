import CSandbox
import Glibc
import LinuxIO

/// The kernel's audit, where this process may read it and somebody switched it on: one socket, and one thread that reads
/// it, for all calls. agentbox never changes what the audit does.
///
/// Records come late, through a queue of the kernel's. So once a call is over a mark is logged, and when it comes back all
/// that was logged before has come. What may be missing all the same (records that the kernel or this socket dropped, rules
/// that leave some out) is known from the kernel's count and its rules.
package final class KernelAudit: Sendable {
    /// How long the end of a call waits for its mark.
    private static let patience = Duration.milliseconds(200)
    /// And for records where no mark can be made.
    private static let grace = Duration.milliseconds(5)
    /// Once a mark did not come in time, no call waits for one for so long.
    private static let pause = Duration.seconds(1)
    private static let marksAtOnce = 16

    private let socket: SharedDescriptor
    private let wake: SharedDescriptor
    /// May log marks (CAP_AUDIT_WRITE).
    private let canMark: Bool
    /// May ask what was lost and which rules there are (CAP_AUDIT_CONTROL).
    private let canAsk: Bool
    private let state: Locked<State>

    private struct State {
        var correlation: AuditCorrelation
        var isOn = true
        var isClosed = false
        /// Somebody looks whether marks come in time.
        var isTimed = false
        /// A mark did not come in time.
        var behindUntil: ContinuousClock.Instant?
        /// As the kernel last said; nil if it never did.
        var lost: UInt32?
        /// Rules leave out some of what is needed, or may.
        var hidesSome: Bool
        /// While the rules are listed: whether one that was seen does.
        var listed: Bool?
        var sequence: UInt32 = 100
        /// They wait for a mark that is not made yet.
        var waiting: [AuditMarkWaiter] = []
        var marks: [String: Mark] = [:]
        var wantsRules = false
    }

    /// A mark that is on its way, and the count that was asked for after it.
    private struct Mark {
        let sequence: UInt32
        let waiters: [AuditMarkWaiter]
        var isBack = false
        var isAnswered: Bool
    }

    private init(_ opening: AuditOpening, _ wake: SharedDescriptor) {
        socket = opening.socket
        self.wake = wake
        canMark = opening.canMark
        canAsk = opening.canAsk
        state = Locked(
            State(
                correlation: AuditCorrelation { call in SystemCallNotice.values(of: call) },
                lost: opening.lost, hidesSome: opening.hidesSome))
    }

    /// Opens it and has a thread read it. Blocks for some milliseconds.
    package static func open() throws(AuditAbsence) -> KernelAudit {
        let opening = try AuditOpening()
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw AuditAbsence(.last("eventfd")) }
        let audit = KernelAudit(opening, Descriptor(owning: raw).shared())
        startThread(named: "agentbox-audit") { audit.serve() }
        return audit
    }

    private static let known = Locked<KernelAudit??>(nil)

    /// The process's own; nil where there is none to read. Found out once: an audit that is switched on later is seen by the
    /// next agentbox.
    package static func here() async -> KernelAudit? {
        if let known = known.withLock({ $0 }) { return known.flatMap { $0.isOn ? $0 : nil } }
        // Whoever may not read it need not wait to hear that.
        let opened = kernel_audit_may_read() == 0 ? nil : await BlockingPool.shared.run { try? Self.open() }
        return known.withLock { known in
            // Another call may have been quicker.
            if let first = known {
                opened?.close()
                return first
            }
            known = .some(opened)
            return opened
        }
    }

    /// False once the kernel said that it was switched off.
    private var isOn: Bool { state.withLock { $0.isOn } }

    /// True if nothing that Landlock refuses can stay unheard but what is lost, and that is known.
    package var isWhole: Bool { canMark && canAsk && !state.withLock { $0.hidesSome } }

    /// What it takes to be whole.
    var whatIsMissing: String {
        if !canMark || !canAsk { return "give agentbox " + AuditAbsence.capabilities }
        return "take out the rules that leave out LANDLOCK_ACCESS or LANDLOCK_DOMAIN records: `auditctl -l` lists them"
    }

    /// The thread and the socket go. What was watched stays unheard.
    package func close() {
        state.withLock { $0.isClosed = true }
        eventfd_shim_signal(wake.raw)
    }

    // MARK: - Calls

    /// A name for the call's domain, whose refusals are kept from now on.
    func watch() -> AuditWatch {
        let name = AuditWatch.randomName()
        let lost = state.withLock { state in
            state.correlation.begin(name)
            return state.lost
        }
        return AuditWatch(name, of: self, lost: lost)
    }

    func forget(_ name: String) { state.withLock { _ = $0.correlation.end(name) } }

    /// What was heard of a call that is over.
    func findings(of watch: AuditWatch) async -> AuditFindings {
        let isMarked = await settle()
        return state.withLock { state in
            var findings = state.correlation.end(watch.name)
            let isUnlost = state.lost != nil && state.lost == watch.lost
            findings.isComplete = findings.isComplete && isMarked && isUnlost && !state.hidesSome && state.isOn
            return findings
        }
    }

    /// Waits until what was logged so far has come: false if that cannot be known.
    private func settle() async -> Bool {
        let waiter = AuditMarkWaiter(until: .now + Self.patience)
        let (isWaiting, isFirst) = state.withLock { state in
            let isBehind = state.behindUntil.map { .now < $0 } ?? false
            guard canMark, state.isOn, !isBehind, !state.isClosed else { return (false, false) }
            state.waiting.append(waiter)
            defer { state.isTimed = true }
            return (true, !state.isTimed)
        }
        guard isWaiting else {
            // Also in a cancelled task: records of a call that was cancelled are on their way too.
            if self.isOn { await Task.detached { _ = await Reactor.shared.sleep(until: .now + Self.grace) }.value }
            return false
        }
        eventfd_shim_signal(wake.raw)
        if isFirst { Task.detached { [self] in await endPatience() } }
        return await waiter.value()
    }

    /// Goes on as long as somebody waits: one task for all of them. The thread cannot do it, which may be held up itself.
    private func endPatience() async {
        var isNeeded = true
        while isNeeded {
            _ = await Reactor.shared.sleep(until: .now + Self.patience)
            let late = state.withLock { state -> [AuditMarkWaiter] in
                let late = { (waiter: AuditMarkWaiter) in waiter.deadline <= .now }
                let marks = state.marks.filter { $0.value.waiters.allSatisfy(late) }
                let waiting = state.waiting.filter(late)
                state.waiting.removeAll(where: late)
                for mark in marks.keys { state.marks[mark] = nil }
                if !marks.isEmpty || !waiting.isEmpty { state.behindUntil = .now + Self.pause }
                isNeeded = !state.waiting.isEmpty || !state.marks.isEmpty
                state.isTimed = isNeeded
                return waiting + marks.values.flatMap(\.waiters)
            }
            for waiter in late { waiter.finish(false) }
        }
    }

    // MARK: - The thread

    private func serve() {
        while !state.withLock({ $0.isClosed }) {
            let hasMessages = kernel_audit_wait(socket.raw, wake.raw, -1) == 1
            eventfd_shim_drain(wake.raw)
            sendMark()
            sendWantedRules()
            if hasMessages { receive() }
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
                guard errno != EAGAIN else { return }
                // ENOBUFS: more came than the socket holds. Whatever else is wrong, this is no more to be relied on.
                state.withLock { $0.correlation.lose() }
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
