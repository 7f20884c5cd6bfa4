import CSandbox
import Glibc
import LinuxIO

extension MCPServer {
    /// Serves every client that connects to a socket that is bound and listens, until the task is cancelled; then all
    /// calls are cancelled. Returns when the last has ended.
    ///
    /// Above `connections` clients the next wait in the socket's backlog. When the process is out of descriptors, they
    /// wait too: others' connections must not end this one's service.
    package func listen(on listening: SharedDescriptor, connections limit: Int = 32) async throws(SystemError) {
        // A client may be gone again between the wait and `accept`, which must not block then.
        try listening.setNonblocking(true)
        var failure: SystemError?
        await withTaskGroup(of: Void.self) { clients in
            var count = 0
            while !Task.isCancelled {
                if count >= limit {
                    await clients.next()
                    count -= 1
                    continue
                }
                do throws(SystemError) {
                    guard let client = try await accept(from: listening) else { break }
                    count += 1
                    clients.addTask { await self.serve(LineChannel(socket: client)) }
                } catch {
                    failure = error
                    break
                }
            }
            if failure != nil { clients.cancelAll() }
        }
        if let failure { throw failure }
    }

    /// The next client; nil when the task is cancelled.
    private func accept(from listening: SharedDescriptor) async throws(SystemError) -> SharedDescriptor? {
        while true {
            guard try await Reactor.shared.waitReadable(listening) == .ready, !Task.isCancelled else { return nil }
            let raw = accept_shim(listening.raw)
            if raw >= 0 { return Descriptor(owning: raw).shared() }
            switch errno {
            case EAGAIN, EINTR, ECONNABORTED, EPROTO: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: await Reactor.shared.sleep(until: .now + .milliseconds(100))
            default: throw SystemError.last("accept4")
            }
        }
    }
}
