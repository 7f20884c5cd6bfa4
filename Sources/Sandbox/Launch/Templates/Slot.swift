import CSandbox
import Glibc
import LinuxIO

/// One slot of a template: namespaces in which one call will be served, and nothing ever was.
final class Slot: BoxProcess {
    let control: ControlSocket
    /// Lives at least as long: with it the slot would end.
    private let template: InitProcess

    /// Asks the template for one. What is sent to it waits until it stands.
    init(of template: InitProcess) async throws(SandboxError) {
        do {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            let ours = pair.takeFirst()
            let theirs = pair.takeSecond().shared()
            try ours.setNonblocking(true)
            control = ControlSocket(ours.shared())
            self.template = template
            try await template.control.send(MESSAGE_SLOT, SealedPlan(plan: theirs, descriptors: []))
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(.systemFailure, "could not make the socket of a slot: \(error)")
        }
    }

    /// The slot sees the end of its input, kills all that its namespace holds, says so and goes.
    func kill() { control.shutDown(Int32(SHUT_WR)) }

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
