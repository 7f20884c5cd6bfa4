import CSandbox
import Egress
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// What a confined process of agentbox's own answers, a packet each.
protocol PacketAnswer: Sendable {
    /// No answer is longer.
    static var mostBytes: Int { get }
    /// The call that it is about.
    var call: Int { get }
    /// Nil: that is none.
    init?(_ bytes: [UInt8])
}

/// A process of agentbox's own in its box, with the host's network, that is spoken with in packets: the egress broker, or
/// an inspector.
final class PacketProcess<Answer: PacketAnswer>: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Answer?, Never>] = [:]
        var isDead = false
        /// So long it was waited for, in vain.
        var silence: Duration?
    }

    /// Of `askAtOnce`.
    static var patience: Duration { .seconds(10) }

    private let process: ConfinedProcess
    private let socket: SharedDescriptor
    private let state = Locked(State())
    private let ending = Locked<Task<String, Never>?>(nil)

    private init(_ process: ConfinedProcess, _ socket: SharedDescriptor) {
        self.process = process
        self.socket = socket
    }

    /// True once it is gone, or about to be.
    var isDead: Bool { state.withLock { $0.isDead } }

    /// - Parameters:
    ///   - files: Of the host, that it reads.
    static func start(
        _ program: String, named name: String, _ arguments: [String] = [], under profile: ResolvedProfile,
        reading files: [String], by launcher: Launcher
    ) async throws -> PacketProcess {
        var pair = try Descriptor.socketPair(.sequencedPacket)
        let ours = pair.takeFirst().shared()
        try ours.setNonblocking(true)
        let executable = try Descriptor.open(program, Int32(CS_O_PATH.rawValue)).shared()
        var box = ConfinedSpecification(
            profile: profile, identity: .make(), executable: VerifiedExecutable(executable, name: name),
            arguments: arguments)
        box.input = pair.takeSecond().shared()
        // Opened here, by whatever links lead there: the files as they are now, and nothing around them.
        for name in files {
            guard let file = try? Descriptor.open(name, Int32(CS_O_PATH.rawValue)) else { continue }
            box.binds.append(.init(file.shared(), at: name))
        }
        box.refusesTCP = false
        box.sharesHostNetwork = true
        let started = PacketProcess(try await launcher.start(box), ours)
        started.listen()
        return started
    }

    private func listen() {
        let reading = Task { [socket, state] in
            while let answer = await Self.next(socket) {
                state.withLock { $0.waiting.removeValue(forKey: answer.call) }?.resume(returning: answer)
            }
            let left = state.withLock { state in
                state.isDead = true
                defer { state.waiting = [:] }
                return Array(state.waiting.values)
            }
            for waiter in left { waiter.resume(returning: nil) }
        }
        let watching = Task { [process, state] in
            await reading.value
            process.kill()
            do throws(SandboxError) {
                switch try await process.wait().cause {
                case .exited(let status): return "it ended with exit status \(status)"
                case .signalled(let number): return "signal \(number) ended it"
                case .killed:
                    guard let silence = state.withLock({ $0.silence }) else { return "it was killed" }
                    return "it did not answer within \(silence.components.seconds) seconds, and was killed"
                }
            } catch {
                return error.message
            }
        }
        ending.withLock { $0 = watching }
    }

    /// The next answer; nil at its end, and for whatever is none.
    private static func next(_ socket: SharedDescriptor) async -> Answer? {
        while true {
            var bytes = [UInt8](repeating: 0, count: Answer.mostBytes)
            var none: Int32 = -1
            var found = 0
            let size = cs_receive(socket.raw, &bytes, bytes.count, &none, 0, &found, 1)
            // It may hold a secret.
            defer { explicit_bzero(&bytes, max(0, size)) }
            if size > 0 { return Answer(Array(bytes.prefix(size))) }
            guard size < 0, errno == EAGAIN else { return nil }
            guard (try? await Reactor.shared.waitReadable(socket, until: nil)) == .ready else { return nil }
        }
    }

    /// Asks, and waits for the answer; nil if it died, or once `forget` was called.
    ///
    /// - Parameter heedsCancellation: Nil as soon as this task is cancelled, too.
    func ask(
        _ bytes: [UInt8], of call: Int, with sockets: [SharedDescriptor] = [], heedsCancellation: Bool = false
    ) async -> Answer? {
        guard heedsCancellation else { return await ask(bytes, call, sockets) }
        return await withTaskCancellationHandler {
            await ask(bytes, call, sockets, heedsCancellation: true)
        } onCancel: {
            forget(call)
        }
    }

    private func ask(
        _ bytes: [UInt8], _ call: Int, _ sockets: [SharedDescriptor], heedsCancellation: Bool = false
    ) async -> Answer? {
        await withCheckedContinuation { continuation in
            let isDead = state.withLock { state in
                if !state.isDead { state.waiting[call] = continuation }
                return state.isDead
            }
            if isDead { return continuation.resume(returning: nil) }
            // INVARIANT: whoever is cancelled is seen here or by `forget`, which it calls.
            if heedsCancellation, Task.isCancelled { return forget(call) }
            tell(bytes, with: sockets)
        }
    }

    /// Asks one that answers at once, unless it is stopped or does not work: then it is killed, and nil comes.
    func askAtOnce(
        _ bytes: [UInt8], of call: Int, with sockets: [SharedDescriptor] = [],
        within patience: Duration = PacketProcess.patience
    ) async -> Answer? {
        let timer = Task { [process, state] in
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            state.withLock { $0.silence = patience }
            process.kill()
        }
        defer { timer.cancel() }
        return await ask(bytes, call, sockets)
    }

    /// Nobody waits for that answer any more.
    func forget(_ call: Int) {
        state.withLock { $0.waiting.removeValue(forKey: call) }?.resume(returning: nil)
    }

    /// Says something, without waiting for what it answers.
    func tell(_ bytes: [UInt8], with sockets: [SharedDescriptor] = []) {
        if send(bytes, sockets) { return }
        guard errno == EAGAIN else { return process.kill() }
        Task {
            let deadline = ContinuousClock.now + .seconds(10)
            while (try? await Reactor.shared.waitWritable(socket, until: deadline)) == .ready {
                if send(bytes, sockets) { return }
                guard errno == EAGAIN else { break }
            }
            // One that does not read is as good as dead; the reader's end answers.
            process.kill()
        }
    }

    private func send(_ bytes: [UInt8], _ sockets: [SharedDescriptor]) -> Bool {
        let numbers = sockets.map(\.raw)
        return withExtendedLifetime(sockets) {
            cs_send(socket.raw, bytes, bytes.count, numbers, numbers.count) == 0
        }
    }

    /// Waits for its end and says what it was.
    func wait() async -> String {
        await ending.withLock { $0 }?.value ?? "it was not started"
    }

    /// Waits for its end, and says what it was; nil if this task was cancelled before.
    func waitUntilDead() async -> String? {
        let ending = Task { _ = await wait() }
        guard case .came = await Waited.value(of: ending, until: .now + .seconds(365 * 86_400)) else { return nil }
        return await wait()
    }

    /// Ends it, without waiting.
    func kill() { process.kill() }

    /// Ends it. When this returns it is gone.
    func end() async {
        shutdown(socket.raw, Int32(SHUT_RDWR))
        process.kill()
        _ = await wait()
    }
}
