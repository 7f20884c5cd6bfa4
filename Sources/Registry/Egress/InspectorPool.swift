import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// The inspectors of one run: a process for each call that needs one. Once a call did, one more is kept started for the
/// next, which then waits for none. A process that served a call serves no other.
actor InspectorPool {
    private let start: @Sendable () async throws -> InspectorProcess
    private var spare: Task<InspectorProcess, any Error>?
    private var isClosed = false

    init(starting start: @escaping @Sendable () async throws -> InspectorProcess) { self.start = start }

    func take() async throws -> InspectorProcess {
        let ready = spare
        spare = nil
        defer { prepare() }
        if let ready, case .success(let process) = await ready.result, !process.isDead { return process }
        return try await start()
    }

    private func prepare() {
        guard spare == nil, !isClosed else { return }
        spare = Task { [start] in try await start() }
    }

    /// Ends the one that is kept. When this returns it is gone.
    func close() async {
        isClosed = true
        let last = spare
        spare = nil
        if case .success(let process)? = await last?.result { await process.end() }
    }
}
