import CEgress
import CSandbox
import Egress
import Glibc
import NIOPosix
import NIOSSL

/// The process: it is asked to serve one call, does, and says what became of it.
package enum Inspector {
    /// The host's socket, SOCK_SEQPACKET.
    private static let control = STDIN_FILENO
    /// As long as connections may take to end at the call's end.
    private static let patience = Duration.seconds(2)

    /// Serves the host on standard input until it goes.
    package static func main() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        // Before there is a call, which then does not wait for it.
        let roots = SystemRoots.load()
        guard let (request, sockets) = await next(pool), case .open(let destinations, let injections) = request else {
            exit(0)
        }
        // Attack: whoever took init over hands in something else.
        guard sockets.count == destinations.count, sockets.allSatisfy({ ce_take_listener($0) == 1 }) else {
            refuse("the sockets are not what the call's destinations need")
        }
        let call: InspectedCall
        let serving: Task<Void, Never>
        do {
            call = try InspectedCall(destinations, injections, roots: roots, pool: pool)
            serving = try await call.listen(on: sockets)
        } catch let error as NIOSSLError {
            refuse("a certificate that it was given is none: \(error)")
        } catch {
            refuse("it cannot listen: \(error)")
        }
        answer(.opened)
        guard let (last, _) = await next(pool), case .close = last else { exit(0) }
        serving.cancel()
        await wait(for: serving)
        answer(call.report())
        exit(0)
    }

    /// Connections that do not end in time are cut by the process's end, which comes next.
    private static func wait(for serving: Task<Void, Never>) async {
        await withTaskGroup(of: Void.self) { group in
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            Task {
                await serving.value
                end.finish()
            }
            group.addTask { for await _ in ended {} }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    /// The next request with the sockets beside it; nil if the host is gone, or says what nobody understands.
    private static func next(_ pool: NIOThreadPool) async -> (InspectionRequest, [Int32])? {
        try? await pool.runIfActive {
            var bytes = [UInt8](repeating: 0, count: InspectionRequest.mostBytes)
            var descriptors = [Int32](repeating: -1, count: Int(PLAN_MAX_LISTENERS))
            var found = 0
            let size = cs_receive(control, &bytes, bytes.count, &descriptors, descriptors.count, &found, 0)
            // There were secrets in it.
            defer { _ = bytes.withUnsafeMutableBytes { $0.initializeMemory(as: UInt8.self, repeating: 0) } }
            guard size > 0, let request = InspectionRequest(Array(bytes.prefix(size))) else { return nil }
            return (request, Array(descriptors.prefix(found)))
        }
    }

    private static func answer(_ answer: InspectionAnswer) {
        let bytes = answer.encoded()
        guard cs_send(control, bytes, bytes.count, nil, 0) == 0 else { exit(1) }
    }

    private static func refuse(_ reason: String) -> Never {
        answer(.refused(reason))
        exit(0)
    }
}
