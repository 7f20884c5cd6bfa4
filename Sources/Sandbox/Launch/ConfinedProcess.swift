import CSandbox
import Glibc
import LinuxIO

/// A program that runs in a box of its own.
///
/// When the host's end goes, by `kill()`, because nobody holds this value any more, or because the host dies, every
/// process in the box dies.
package final class ConfinedProcess: Sendable {
    /// How it ended.
    package struct End: Sendable {
        package enum Cause: Hashable, Sendable {
            case exited(Int32)
            case signalled(Int32)
            /// By `kill()`, by the deadline or by cancellation.
            case killed
        }

        package let cause: Cause
        /// True if the deadline of `wait` passed.
        package let isTimedOut: Bool
        /// True if the task in `wait` was cancelled.
        package let isCancelled: Bool
        package let resources: ResourceUse
        /// What was heard of its system calls.
        package let notices: [SystemCallNotice]
        /// True if there was more to hear than this.
        package let isHeardInPart: Bool
        /// True if nothing more fitted into its `/tmp`.
        package let isScratchFull: Bool
    }

    /// More of them than init keeps are no notices of init.
    private static let noticeLimit = 1 << 16

    private let process: any BoxProcess
    private let names: SetupNames
    private let isKilled = Locked(false)

    /// What the program and all that it starts are in.
    var group: HeldControlGroup? { process.group }

    init(_ process: any BoxProcess, names: SetupNames) {
        self.process = process
        self.names = names
    }

    /// Sends a signal to the program and its process group, as Ctrl-C on its terminal would.
    package func signal(_ number: Int32) { process.control.signal(number) }

    /// Kills everything in the box, at once.
    package func kill() {
        isKilled.withLock { $0 = true }
        process.kill()
    }

    /// The sockets of the call's destinations. If it throws everything in the box is gone.
    func listeners(_ count: Int) async throws(SandboxError) -> [SharedDescriptor] {
        let problem: SandboxError
        do throws(SystemError) {
            switch try await process.control.listeners(count, until: .now + InitProcess.patience) {
            case .success(let sockets): return sockets
            case .failure(let failed): problem = names.error(for: failed.message)
            case nil: problem = SandboxError(.initFailed, "agentbox-init handed over no sockets for the call")
            }
        } catch {
            problem = SandboxError("listen to agentbox-init", error)
        }
        kill()
        _ = try? await process.reap()
        throw problem
    }

    /// Waits for the end. At the deadline, or when the task is cancelled, everything is killed first. When it returns
    /// or throws, no process of the box is left. Once.
    package func wait(until deadline: ContinuousClock.Instant? = nil) async throws(SandboxError) -> End {
        try await wait(until: deadline, awaitsTeardown: true)
    }

    /// - Parameter awaitsTeardown: False returns as soon as init has said that every process of the call is gone, while
    ///   init itself, and its mounts with it, is on its way; it is reaped in the background.
    func wait(
        until deadline: ContinuousClock.Instant?, awaitsTeardown: Bool
    ) async throws(SandboxError) -> End {
        var isTimedOut = false
        var isCancelled = false
        var failure: SandboxError?
        var ended: message?
        var notices: [SystemCallNotice] = []
        do {
            listening: while true {
                switch try await process.control.next(until: deadline) {
                case .end: break listening
                case .deadlinePassed:
                    isTimedOut = true
                    break listening
                case .cancelled:
                    isCancelled = true
                    break listening
                case .message(let message):
                    switch message.kind {
                    case MESSAGE_ENDED.rawValue:
                        ended = message
                        break listening
                    case MESSAGE_FAILED.rawValue:
                        failure = names.error(for: message)
                        break listening
                    default: continue
                    }
                case .notice(let notice):
                    if notices.count < Self.noticeLimit { notices.append(SystemCallNotice(notice, in: .of(.host))) }
                }
            }
        } catch {
            failure = SandboxError("listen to agentbox-init", error)
        }
        if let ended, !awaitsTeardown {
            process.letGo()
            return End(
                cause: cause(of: ended), isTimedOut: false, isCancelled: false,
                resources: resources(ended), notices: notices, isHeardInPart: Self.isHeardInPart(ended),
                isScratchFull: Self.isScratchFull(ended))
        }
        // Whatever came last, init has nothing more to do. Its end is the end of all that it started.
        let wasKilled = isKilled.withLock { $0 }
        process.kill()
        let exit: cs_exit
        do {
            exit = try await process.reap()
        } catch {
            throw SandboxError("wait for agentbox-init", error)
        }
        if let failure { throw failure }
        let used = used()
        guard ended != nil || wasKilled || isTimedOut || isCancelled || used?.isMemoryExhausted == true
        else {
            throw SandboxError(.initFailed, "agentbox-init ended without a word (\(Self.describe(exit.status)))")
        }
        // A call that was killed with its init is accounted for by the kernel: what init reaped counts as init's.
        let killed = ResourceUse(
            userMicroseconds: exit.user_microseconds, systemMicroseconds: exit.system_microseconds,
            peakBytes: exit.peak_bytes, group: used)
        return End(
            cause: ended.map(cause(of:)) ?? .killed, isTimedOut: isTimedOut, isCancelled: isCancelled,
            resources: ended.map(resources) ?? killed, notices: notices,
            isHeardInPart: ended.map(Self.isHeardInPart) ?? true,
            isScratchFull: ended.map(Self.isScratchFull) ?? false)
    }

    private static func isHeardInPart(_ ended: message) -> Bool {
        ended.flags & (END_UNREPORTED.rawValue | END_LOST.rawValue) != 0
    }

    private static func isScratchFull(_ ended: message) -> Bool { ended.flags & END_SCRATCH_FULL.rawValue != 0 }

    /// A slot that is told to end its call says that SIGKILL did.
    private func cause(of ended: message) -> End.Cause {
        let cause = Self.cause(of: ended.value)
        return cause == .signalled(SIGKILL) && isKilled.withLock { $0 } ? .killed : cause
    }

    private static func cause(of status: Int32) -> End.Cause {
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    private static func describe(_ status: Int32) -> String {
        switch cause(of: status) {
        case .exited(let code): "exit status \(code)"
        case .signalled(let number): "signal \(number)"
        case .killed: "killed"
        }
    }

    /// Nil where there is no group, or the kernel does not say.
    private func used() -> ControlGroupUse? { group.flatMap { try? $0.group.use() } }

    private func resources(_ ended: message) -> ResourceUse {
        ResourceUse(
            userMicroseconds: ended.user_microseconds, systemMicroseconds: ended.system_microseconds,
            peakBytes: ended.peak_bytes, readBytes: ended.read_bytes, writtenBytes: ended.written_bytes, group: used())
    }
}
