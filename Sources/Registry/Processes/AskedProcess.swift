import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// What a process of agentbox's own answers: a packet.
protocol NumberedAnswer: Sendable {
    /// No answer is longer.
    static var mostBytes: Int { get }
    /// Of the question.
    var number: Int { get }
    init?(_ bytes: [UInt8])
}

/// A process of agentbox's own, in a box in the host's network, that is asked by packets and answers each by its number,
/// in whatever order. One that answers what nobody understands is ended.
final class AskedProcess<Answer: NumberedAnswer>: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Answer?, Never>] = [:]
        var isDead = false
    }

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

    /// Starts the program at `path`, which serves the socket that is its standard input.
    ///
    /// - Parameter files: Of the host, that it may read besides what its profile shows; those that there are.
    static func start(
        _ path: String, _ arguments: [String] = [], under profile: ResolvedProfile, showing files: [String],
        by launcher: Launcher
    ) async throws -> AskedProcess {
        var pair = try Descriptor.socketPair(.sequencedPacket)
        let ours = pair.takeFirst().shared()
        try ours.setNonblocking(true)
        let executable = try Descriptor.open(path, Int32(CS_O_PATH.rawValue)).shared()
        let name = path.split(separator: "/").last.map(String.init) ?? path
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
        let started = AskedProcess(try await launcher.start(box), ours)
        started.listen()
        return started
    }

    private func listen() {
        let reading = Task { [socket, state] in
            while let answer = await Self.next(socket) {
                let waiter = state.withLock { $0.waiting.removeValue(forKey: answer.number) }
                waiter?.resume(returning: answer)
            }
            let left = state.withLock { state in
                state.isDead = true
                defer { state.waiting = [:] }
                return Array(state.waiting.values)
            }
            for waiter in left { waiter.resume(returning: nil) }
        }
        let watching = Task { [process] in
            await reading.value
            process.kill()
            do throws(SandboxError) {
                switch try await process.wait().cause {
                case .exited(let status): return "it ended with exit status \(status)"
                case .signalled(let number): return "signal \(number) ended it"
                case .killed: return "it was killed"
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
            defer { explicit_bzero(&bytes, max(0, size)) }
            if size > 0 { return Answer(Array(bytes.prefix(size))) }
            guard size < 0, errno == EAGAIN else { return nil }
            guard (try? await Reactor.shared.waitReadable(socket, until: nil)) == .ready else { return nil }
        }
    }

    /// Asks, and waits for the answer; nil if it died, or once `forget` was called.
    func ask(_ number: Int, _ bytes: [UInt8], with sockets: [SharedDescriptor] = []) async -> Answer? {
        await withCheckedContinuation { continuation in
            let isDead = state.withLock { state in
                if !state.isDead { state.waiting[number] = continuation }
                return state.isDead
            }
            if isDead { return continuation.resume(returning: nil) }
            tell(bytes, with: sockets)
        }
    }

    /// Nobody waits for that answer any more.
    func forget(_ number: Int) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
    }

    /// Says something that has no answer.
    func tell(_ bytes: [UInt8], with sockets: [SharedDescriptor] = []) {
        if send(bytes, sockets) == 0 { return }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { return process.kill() }
        Task {
            let deadline = ContinuousClock.now + Self.patience
            while (try? await Reactor.shared.waitWritable(socket, until: deadline)) == .ready {
                if send(bytes, sockets) == 0 { return }
                guard errno == EAGAIN || errno == EWOULDBLOCK else { break }
            }
            // One that does not read is as good as dead; the reader's end answers.
            process.kill()
        }
    }

    private static var patience: Duration { .seconds(10) }

    private func send(_ bytes: [UInt8], _ sockets: [SharedDescriptor]) -> Int32 {
        let numbers = sockets.map(\.raw)
        return withExtendedLifetime(sockets) { cs_send(socket.raw, bytes, bytes.count, numbers, numbers.count) }
    }

    /// Waits for its end and says what it was.
    func wait() async -> String {
        await ending.withLock { $0 }?.value ?? "it was not started"
    }

    /// Waits for its end; false if this task was cancelled before.
    func waitUntilDead() async -> Bool {
        let ending = Task { _ = await wait() }
        guard case .came = await Waited.value(of: ending, until: .now + .seconds(365 * 86_400)) else { return false }
        return true
    }

    func end() async {
        shutdown(socket.raw, Int32(SHUT_RDWR))
        process.kill()
        _ = await wait()
    }
}
