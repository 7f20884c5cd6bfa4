import CSandbox
import Glibc
import LinuxIO

/// A running `agentbox-init`: its control socket and its pidfd.
final class InitProcess: BoxProcess {
    let control: ControlSocket
    let group: HeldControlGroup?
    private let process: SharedDescriptor
    /// Set once it was reaped.
    private let exit = Locked<cs_exit?>(nil)
    /// It has done all that it was there for, and goes by itself.
    private let isLeaving = Locked(false)

    /// Starts the executable at `path`. It waits for plans.
    ///
    /// - Parameter group: What it and all that it starts are in, from before its first instruction.
    init(path: String, in group: HeldControlGroup? = nil) throws(SandboxError) {
        do {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            let ours = pair.takeFirst()
            let theirs = pair.takeSecond().shared()
            try ours.setNonblocking(true)
            var pid: Int32 = 0
            var pidfd: Int32 = -1
            let spawn = { (folder: Int32) in
                withExtendedLifetime(theirs) { cs_spawn_init(path, theirs.raw, folder, &pid, &pidfd) }
            }
            let problem = if let group { try group.giveBirth(spawn) } else { spawn(-1) }
            guard problem == 0 else { throw SystemError(call: "start", errno: problem, subject: path) }
            process = Descriptor(owning: pidfd).shared()
            control = ControlSocket(ours.shared())
            self.group = group
        } catch let error as SystemError {
            throw SandboxError(.initFailed, "could not start agentbox-init: \(error.message)", cause: error)
        } catch {
            throw SandboxError(.initFailed, "could not start agentbox-init: \(error)")
        }
    }

    /// An owner that goes without having waited leaves nothing behind: the socket closes, init ends, and the reactor reaps
    /// it.
    deinit {
        guard exit.withLock({ $0 == nil }) else { return }
        if !isLeaving.withLock({ $0 }) { kill() }
        Self.reapLater(process, within: Self.patience)
    }

    /// - Parameter patience: After it init is killed; nil once it was.
    private static func reapLater(_ process: SharedDescriptor, within patience: Duration?) {
        let isAwaited = Reactor.shared.whenReadable(process, until: patience.map { .now + $0 }) { readiness in
            var result = cs_exit()
            guard readiness == .deadlinePassed else {
                _ = cs_pidfd_wait(process.raw, 0, &result)
                return
            }
            _ = cs_pidfd_send_signal(process.raw, SIGKILL)
            reapLater(process, within: nil)
        }
        // No memory in the kernel for one more wait: a thread that may block does it.
        if !isAwaited { Task.detached { _ = try? await reap(process) } }
    }

    /// It said that its one call is over, and every process of it gone: to tell it to go would only keep it from that.
    func letGo() { isLeaving.withLock { $0 = true } }

    /// Ends everything inside: init sees the end of its socket and kills its namespace.
    func kill() { control.shutDown(Int32(SHUT_RDWR)) }

    /// Waits until init is gone and takes its remains: no zombie stays. Also in a cancelled task.
    @discardableResult
    func reap() async throws(SystemError) -> cs_exit {
        if let known = exit.withLock({ $0 }) { return known }
        let result = try await Self.reap(process)
        exit.withLock { $0 = result }
        return result
    }

    /// How long init may take to end after it was told to.
    static let patience = Duration.seconds(3)

    private static func reap(_ process: SharedDescriptor) async throws(SystemError) -> cs_exit {
        var deadline: ContinuousClock.Instant? = .now + patience
        while true {
            var result = cs_exit()
            switch cs_pidfd_wait(process.raw, 0, &result) {
            case Int32(CS_WAIT_REAPED.rawValue): return result
            case Int32(CS_WAIT_RUNNING.rawValue):
                let readiness = try await Reactor.shared.waitReadableRegardless(process, until: deadline)
                if readiness == .deadlinePassed {
                    // It hangs, or does not care. Its namespace dies with it: pid 1 there asked the kernel for that.
                    _ = cs_pidfd_send_signal(process.raw, SIGKILL)
                    deadline = nil
                }
            default: throw SystemError.last("waitid")
            }
        }
    }
}
