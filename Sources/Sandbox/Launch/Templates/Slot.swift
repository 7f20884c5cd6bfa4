import CSandbox
import Glibc
import LinuxIO

/// One slot of a template: namespaces in which one call will be served, and nothing ever was.
final class Slot: BoxProcess {
    let control: ControlSocket
    /// It is in there before it hears of a call; nil where there are no groups.
    let group: HeldControlGroup?
    /// Its pid 1.
    static let ownProcesses = 1
    /// For the call that it will serve. Whoever hands it over takes them away.
    private let streams = Locked<CallStreams?>(nil)
    /// Lives at least as long: with it the slot would end.
    private let template: InitProcess

    /// Asks the template for one. What is sent to it waits until it stands.
    ///
    /// - Parameter view: The template's. Where it requires a group a slot that has none serves no call.
    init(of template: InitProcess, for view: ViewPlan) async throws(SandboxError) {
        do {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            let ours = pair.takeFirst()
            let theirs = pair.takeSecond().shared()
            try ours.setNonblocking(true)
            let control = ControlSocket(ours.shared())
            self.control = control
            let made = try CallStreams()
            streams.withLock { $0 = made }
            self.template = template
            group = try ControlGroups.take(isRequired: view.requiresGroup)
            if group != nil { try control.nameSenders(true) }
            let birth = try group?.birthFiles() ?? []
            let place = group == nil ? SLOT_ALONE : birth.isEmpty ? SLOT_IS_MOVED : SLOT_IS_BORN
            try await template.control.send(
                MESSAGE_SLOT, SealedPlan(bytes: [], descriptors: [theirs] + birth),
                value: Int32(place.rawValue))
            if let group {
                try await Self.move(control, to: group.group)
                try view.limits?.bind(group, own: Self.ownProcesses)
            }
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(.systemFailure, "could not make the socket of a slot: \(error)")
        }
    }

    /// Sees to it that pid 1 of the slot is in, of which all that the call will be descends. Where it was not born there it
    /// is moved, which takes 11 ms where nobody else moved lately: so it is done ahead, when the slot is made.
    ///
    /// Attack: a number that the slot says of itself could be any process of the host. The kernel says it here. A slot
    /// that died meanwhile, so that its number may be another's, is seen: its pidfd was opened while its socket stood.
    private static func move(_ control: ControlSocket, to group: ControlGroup) async throws {
        let (process, hasCall) = try await control.readySender(until: .now + InitProcess.patience)
        if try group.holds(process) { return try control.nameSenders(false) }
        // Attack: a call whose process stayed behind has no limits.
        guard !hasCall else { throw SystemError(call: "cgroup.procs", errno: EBUSY) }
        let opened = cs_pidfd_open(process)
        guard opened >= 0 else { throw SystemError.last("pidfd_open") }
        let pidfd = Descriptor(owning: opened).shared()
        guard !control.isHungUp else { throw SystemError(call: "recvmsg", errno: EPIPE) }
        try await BlockingPool.shared.run { () throws(SystemError) in try group.join(process) }
        var gone = pollfd(fd: pidfd.raw, events: Int16(POLLIN), revents: 0)
        guard withExtendedLifetime(pidfd, { poll(&gone, 1, 0) }) == 0 else {
            throw SystemError(call: "cgroup.procs", errno: ESRCH)
        }
        try control.nameSenders(false)
    }

    /// The pipes of its call. Once: as long as the host has a write end, their readers do not hear of the end.
    func takeStreams() throws(SandboxError) -> CallStreams {
        let made = streams.withLock { streams in
            defer { streams = nil }
            return streams
        }
        if let made { return made }
        return try CallStreams()
    }

    /// The slot sees the end of its input, kills all that its namespace holds, says so and goes.
    func kill() { control.shutDown(Int32(SHUT_WR)) }

    /// Nobody waits for it: a slot that is not told to go goes all the same.
    func letGo() {}

    /// The socket ends when the slot does, and its last act before was to see everything else dead. One that hangs, or
    /// was taken over, goes with its template.
    func reap() async throws(SystemError) -> cs_exit {
        let deadline = ContinuousClock.now + InitProcess.patience
        // A cancelled task waits as well: it may not leave before the call is gone.
        let outcome = await Task.detached { [control] () -> Result<cs_exit?, SystemError> in
            var result = cs_exit()
            do throws(SystemError) {
                while true {
                    switch try await control.next(until: deadline) {
                    case .message(let message) where message.kind == MESSAGE_ENDED.rawValue:
                        result.user_microseconds = message.user_microseconds
                        result.system_microseconds = message.system_microseconds
                        result.peak_bytes = message.peak_bytes
                    case .message, .notice: continue
                    case .end: return .success(result)
                    case .deadlinePassed, .cancelled: return .success(nil)
                    }
                }
            } catch {
                return .failure(error)
            }
        }.value
        if let ended = try outcome.get() { return ended }
        template.kill()
        return try await template.reap()
    }
}
