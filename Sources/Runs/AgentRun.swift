import Glibc
import LinuxIO
import MCP
import Manifests
import Registry
@_spi(Launch) import Sandbox
import StrictJSON

/// `agentbox run`: an agent in its box, and the registry as its only exit.
package enum AgentRun {
    /// Runs the agent to its end, and says what came of it. `note` gets what the person should know before it starts,
    /// and what became of its output and of the record at the end.
    package static func launch(
        _ options: TaskRun.Options, _ boxOptions: AgentBox.Options, note: @escaping @Sendable (String) -> Void
    ) async throws -> RunSummary {
        var options = options
        options.expectsManyCalls = true
        let run = try await TaskRun.open(options)
        for line in run.startNotes + run.serverNotes { note(line) }
        do {
            let summary = try await launch(run, boxOptions, options.command, note)
            if let problem = await run.end(summary.json) { note(problem) }
            return summary
        } catch {
            if let problem = await run.end(["end": "not started", "reason": .string("\(error)")]) { note(problem) }
            throw error
        }
    }

    private static func launch(
        _ run: TaskRun, _ options: AgentBox.Options, _ command: [String],
        _ note: @escaping @Sendable (String) -> Void
    ) async throws -> RunSummary {
        let deadline = TaskDeadline(run.manifests.intent, startedAt: run.startedAt)
        if let deadline, deadline.isOver() {
            throw AgentBoxError(
                "\(deadline.reason) before the agent started", code: AgentBoxError.taskOver,
                remedy: "if the task may go on, write a later `expires` in the intent")
        }
        let socket = try UnixSocket.listen(at: run.directory.socket)
        // The folder is the host user's alone; in the box the agent's user has to be able to connect.
        guard chmod(run.directory.socket, 0o666) == 0 else { throw SystemError.last("chmod", run.directory.socket) }
        let server = MCPServer(
            RegistryProvider(run.registry),
            MCPServerSettings(info: Runs.implementation, instructions: Runs.instructions))
        let serving = Task { try await server.listen(on: socket, connections: 64) }

        let box = try AgentBox(run, options)
        let models = try models(of: run, box, note)
        if box.seesWorkspace { await run.registry.see([.untrusted]) }
        var specification = try box.specification(of: command)
        specification.destinations = models?.places
        let phrase = try await phrase(of: run, note)
        let signals = try SignalSource(
            Interruptions.signals + (AgentStreams.isInteractive ? TerminalSession.signals : []))
        let identity = specification.identity
        let streams = try AgentStreams(owner: identity.needsMapping ? identity.hostUser : nil, phrase: phrase)
        defer { streams.session?.close() }
        // Between the lines of an agent that has the terminal's keys a line of ours takes more than a line feed.
        let plainNote = note
        let note: @Sendable (String) -> Void = { [session = streams.session] text in
            if session?.note(text) != true { plainNote(text) }
        }
        run.announceQuestions(to: note, on: streams.session)
        let agent = try await start(specification, streams, models, by: run.launcher)
        streams.session?.onKillKeys { agent.kill() }
        let forwarding = Task { await Interruptions.forward(signals, to: agent, streams, note: note) }
        let timer = AgentTimer(deadline, agent, note: note)
        let revoking = Task { [revocations = run.revocations] in
            guard let reason = await revocations.revoked() else { return }
            note("\(reason): the agent is killed")
            agent.kill()
        }
        let end = await Result.of { () throws(SandboxError) in try await agent.wait() }
        let isOver = timer.stop()
        revoking.cancel()
        let used = await models?.close()
        let lost = await streams.finish()
        forwarding.cancel()
        for problem in lost { note(problem) }

        // Calls that are still going on were the agent's: they end with it.
        serving.cancel()
        _ = await serving.result
        let cause: RunSummary.Cause
        if let reason = run.revocations.end {
            cause = .revoked(reason)
        } else {
            cause = isOver ? .timeOver(deadline?.reason) : try .agent(end.get().cause)
        }
        return try RunSummary(run, cause, isComplete: lost.isEmpty, models: used)
    }

    /// What prompts on the terminal show, where there can be any: the person has to know it before the agent draws.
    private static func phrase(of run: TaskRun, _ note: @Sendable (String) -> Void) async throws -> String? {
        guard AgentStreams.isInteractive, run.manifests.intent.asksPeople else { return nil }
        let home = run.home
        let phrase = try await BlockingPool.shared.run { () throws in try PromptPhrase.of(home) }
        note(
            "if you are asked to approve a call on this terminal, the question shows your phrase: \(phrase). "
                + "Without it the question is not agentbox's")
        return phrase
    }

    /// What the agent's own loopback leads to; nil if its intent lists nothing.
    private static func models(
        of run: TaskRun, _ box: AgentBox, _ note: @Sendable (String) -> Void
    ) throws -> AgentEgress? {
        let models = run.manifests.intent.models
        guard !models.isEmpty else { return nil }
        let egress = try AgentEgress(models, under: box.profile, by: run.egress)
        let places = models.map(\.destination.description).joined(separator: ", ")
        note("the agent itself can connect to \(places): whatever it knows can leave by that")
        return egress
    }

    /// When it returns, the agent's ends of its streams are the agent's alone.
    private static func start(
        _ specification: ConfinedSpecification, _ streams: AgentStreams, _ models: AgentEgress?, by launcher: Launcher
    ) async throws(SandboxError) -> ConfinedProcess {
        var box = specification
        let ends = streams.takeEnds()
        (box.input, box.output, box.errorOutput) = (ends.input, ends.output, ends.errorOutput)
        box.hasTerminal = streams.session != nil
        return try await launcher.start(box) { sockets in try await models?.open(sockets) }
    }
}

extension Result {
    /// What an asynchronous body returns or throws.
    fileprivate static func of(_ body: () async throws(Failure) -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
