import Credentials
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

extension SourceAnswer: PacketAnswer {
    package static var mostBytes: Int { SourceMessage.mostBytes }
    /// Each question counts as one.
    package var call: Int { number }
}

extension PostgresSocketAnswer: PacketAnswer {
    package static var mostBytes: Int { 4096 }
    /// There is one.
    package var call: Int { 0 }
}

/// A PostgreSQL socket that is served: for one call, by a process of its own.
struct PostgresSocketSession: Sendable {
    fileprivate let process: PacketProcess<PostgresSocketAnswer>

    /// Ends it with every session. When this returns the process is gone.
    func close() async { await process.end() }
}

/// `agentbox-credentials`, the process of a run that speaks with the servers of credentials.
///
/// It keeps nothing: each question carries the source's options, its secrets and what is asked of it. So one that died
/// is replaced by another, and what it was doing is known to the host.
package final class CredentialProcess: Sendable {
    /// The profile of its box.
    package static let profile = "credentials"
    /// What it reads of the host: where servers are, and who they are.
    static let files = ["/etc/resolv.conf", "/etc/hosts"] + SystemTrust.files

    private let kept: KeptProcess<SourceAnswer>
    private let startSocket: @Sendable () async throws -> PacketProcess<PostgresSocketAnswer>
    private let numbers = Locked(0)

    /// - Parameters:
    ///   - program: Where `agentbox-credentials` is.
    ///   - profile: What its box is made from.
    package init(launcher: Launcher, program: String, profile: @escaping @Sendable () throws -> ResolvedProfile) {
        startSocket = {
            try await PacketProcess.start(
                program, named: "agentbox-credentials", ["postgres-socket"], under: try profile(), reading: Self.files,
                by: launcher)
        }
        kept = KeptProcess {
            try await PacketProcess.start(
                program, named: "agentbox-credentials", under: try profile(), reading: Self.files, by: launcher)
        }
    }

    /// Has a source do something, and waits for it so long.
    package func perform(
        _ action: SourceAction, by source: SourceCall, within time: Duration
    ) async throws(CredentialError) -> SourceAnswer.Result {
        let process: PacketProcess<SourceAnswer>
        do {
            process = try await kept.running()
        } catch {
            throw CredentialError(
                .unreachable, "agentbox-credentials cannot be started: \(error)",
                remedy: "`agentbox doctor` says what the host lacks", leavesNothing: true)
        }
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let message = SourceMessage.ask(number, source, action, within: time).encoded()
        guard message.count <= SourceMessage.mostBytes else {
            throw CredentialError(
                .unsupported,
                "what \(source.type) is asked takes \(message.count) bytes, of \(SourceMessage.mostBytes)",
                remedy: "a `trust` file with the one root that is needed is shorter")
        }
        guard !Task.isCancelled else {
            throw CredentialError(.unreachable, "the call was ended meanwhile", leavesNothing: true)
        }
        // It ends by itself what takes too long. This is for one that does not.
        let deadline = ContinuousClock.now + time + Self.grace
        let timing = Task {
            if await Reactor.shared.sleep(until: deadline) == .deadlinePassed { process.forget(number) }
        }
        let answer = await process.ask(message, of: number, heedsCancellation: true)
        timing.cancel()
        guard let answer else {
            if process.isDead {
                throw CredentialError(.unreachable, "agentbox-credentials ended: \(await process.wait())")
            }
            process.tell(SourceMessage.cancel(number).encoded())
            throw CredentialError(
                .unreachable, Task.isCancelled ? "the call was ended meanwhile" : "it did not answer in time")
        }
        if case .failed(let error) = answer.result { throw error }
        return answer.result
    }

    private static let grace = Duration.seconds(2)

    /// Has a process of its own serve a call's PostgreSQL socket.
    func serve(
        _ message: PostgresSocketMessage, on listener: SharedDescriptor
    ) async throws(CredentialError) -> PostgresSocketSession {
        let process: PacketProcess<PostgresSocketAnswer>
        do {
            process = try await startSocket()
        } catch {
            throw CredentialError(
                .unreachable, "agentbox-credentials cannot be started: \(error)",
                remedy: "`agentbox doctor` says what the host lacks")
        }
        let answer = await process.ask(message.encoded(), of: 0, with: [listener])
        guard let answer, answer.refusal == nil else {
            await process.end()
            throw CredentialError(
                .unreachable, "the PostgreSQL socket is not served: \(answer?.refusal ?? "agentbox-credentials ended")")
        }
        return PostgresSocketSession(process: process)
    }

    /// Ends it. When this returns it is gone.
    package func close() async { await kept.close() }
}
