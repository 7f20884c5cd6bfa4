/// A process of agentbox's own that a run has one of: started when it is first needed, started again when it died, ended
/// with the run.
actor KeptProcess<Answer: PacketAnswer> {
    private let start: @Sendable () async throws -> PacketProcess<Answer>
    private var current: Task<PacketProcess<Answer>, any Error>?

    init(start: @escaping @Sendable () async throws -> PacketProcess<Answer>) { self.start = start }

    /// One that runs.
    func running() async throws -> PacketProcess<Answer> {
        while let waited = current {
            if case .success(let process) = await waited.result, !process.isDead { return process }
            // Whoever waited beside may have started one meanwhile.
            if current == waited { break }
        }
        let starting = Task { [start] in try await start() }
        current = starting
        return try await starting.value
    }

    /// Ends it. When this returns it is gone.
    func close() async {
        guard let current else { return }
        self.current = nil
        if case .success(let process) = await current.result { await process.end() }
    }
}
