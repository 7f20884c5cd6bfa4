import CSandbox
import Credentials
import Glibc
import LinuxIO

/// Serves the host on standard input until it goes.
package final class CredentialServer: Sendable {
    private struct State {
        var questions: [Int: Task<Void, Never>] = [:]
        /// Mints on their way, by their lease.
        var minting: [String: Task<Void, Never>] = [:]
    }

    private let socket: SharedDescriptor
    private let state = Locked(State())

    package static func main() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let server = CredentialServer(Descriptor(owning: STDIN_FILENO).shared())
        await server.serve()
    }

    init(_ socket: SharedDescriptor) { self.socket = socket }

    private func serve() async -> Never {
        do { try socket.setNonblocking(true) } catch { exit(1) }
        while let message = await next() {
            switch message {
            case .ask(let number, let source, let action, let time): begin(number, source, action, within: time)
            case .cancel(let number): state.withLock { $0.questions[number] }?.cancel()
            }
        }
        exit(0)
    }

    /// The next message. The host is gone, or says what nobody understands: either way nobody waits for answers.
    private func next() async -> SourceMessage? {
        while true {
            var bytes = [UInt8](repeating: 0, count: SourceMessage.mostBytes)
            var none: Int32 = -1
            var found = 0
            let size = cs_receive(socket.raw, &bytes, bytes.count, &none, 0, &found, 1)
            defer { explicit_bzero(&bytes, max(0, size)) }
            if size > 0 { return SourceMessage(Array(bytes.prefix(size))) }
            guard size < 0, errno == EAGAIN else { return nil }
            guard (try? await Reactor.shared.waitReadable(socket)) == .ready else { return nil }
        }
    }

    private func begin(_ number: Int, _ source: SourceCall, _ action: SourceAction, within time: Duration) {
        let deadline = ContinuousClock.now + time
        state.withLock { state in
            let before = state.minting[action.lease]
            let task = Task {
                // INVARIANT: what ends a lease begins after the mint of it has ended: else it would end nothing, and the
                // mint would leave something alive.
                if case .mint = action {} else { await before?.value }
                await answer(number, await Self.result(of: action, source, until: deadline))
                finish(number, action)
            }
            state.questions[number] = task
            if case .mint = action { state.minting[action.lease] = task }
        }
    }

    private func finish(_ number: Int, _ action: SourceAction) {
        state.withLock { state in
            state.questions[number] = nil
            if case .mint = action { state.minting[action.lease] = nil }
        }
    }

    private static func result(
        of action: SourceAction, _ call: SourceCall, until deadline: ContinuousClock.Instant
    ) async -> SourceAnswer.Result {
        let derived = DerivedSecrets()
        /// Everything that was sent or came, and is no secret of nobody.
        func scrubbing(_ credential: MintedCredential?) -> Scrubbing {
            Scrubbing(
                Array(call.secrets.filter { $0.key != "trust" }.values) + derived.all
                    + (credential.map { Array($0.fields.values) } ?? []))
        }
        var shown: MintedCredential?
        do throws(CredentialError) {
            let source = try call.source(until: deadline, derived)
            switch action {
            case .mint(let request):
                return .minted(try await source.mint(request))
            case .revoke(let lease, let credential):
                shown = credential
                try await source.revoke(lease, with: credential)
                return .revoked
            case .probe(let lease, let credential):
                shown = credential
                let result = try await source.probe(lease, with: credential)
                return .probed(scrubbing(credential)(result))
            }
        } catch {
            return .failed(scrubbing(shown)(error))
        }
    }

    private func answer(_ number: Int, _ result: SourceAnswer.Result) async {
        var bytes = SourceAnswer(number, result).encoded()
        if bytes.count > SourceMessage.mostBytes {
            let error = CredentialError(.malformed, "the credential is too long to be handed over")
            bytes = SourceAnswer(number, .failed(error)).encoded()
        }
        while cs_send(socket.raw, bytes, bytes.count, nil, 0) != 0 {
            guard errno == EAGAIN, (try? await Reactor.shared.waitWritable(socket)) == .ready else { exit(1) }
        }
        explicit_bzero(&bytes, bytes.count)
    }
}
