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
    private let patience: Duration
    package static let usualPatience = Duration.milliseconds(200)
    /// And for records where no mark can be made.
    private static let grace = Duration.milliseconds(5)
    /// Once a mark did not come in time, no call waits for one for so long.
    private static let pause = Duration.seconds(1)
    static let marksAtOnce = 16

    let socket: SharedDescriptor
    let wake: SharedDescriptor
    /// May log marks (CAP_AUDIT_WRITE).
    let canMark: Bool
    /// May ask what was lost and which rules there are (CAP_AUDIT_CONTROL).
    let canAsk: Bool
    let state: Locked<State>

    struct State {
        var correlation: AuditCorrelation
        var isOn = true
        var isClosed = false
        /// Somebody looks whether marks come in time.
        var isTimed = false
        /// A mark did not come in time.
        var behindUntil: ContinuousClock.Instant?
        /// The socket was full. Until it is empty the kernel drops whatever comes, and says so no second time.
        var isOverflowing = false
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
    struct Mark {
        let sequence: UInt32
        let waiters: [AuditMarkWaiter]
        var isBack = false
        var isAnswered: Bool
    }

    private init(_ opening: AuditOpening, _ wake: SharedDescriptor, patience: Duration) {
        self.patience = patience
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
    ///
    /// - Parameter patience: How long the end of a call waits for what is on its way.
    package static func open(patience: Duration = usualPatience) throws(AuditAbsence) -> KernelAudit {
        let opening = try AuditOpening(patience: patience)
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw AuditAbsence(.last("eventfd")) }
        let audit = KernelAudit(opening, Descriptor(owning: raw).shared(), patience: patience)
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
        let waiter = AuditMarkWaiter(until: .now + patience)
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
            _ = await Reactor.shared.sleep(until: .now + patience)
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
}
