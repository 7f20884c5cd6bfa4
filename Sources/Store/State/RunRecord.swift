import LinuxIO
import StrictJSON

/// A run as other processes see it: `ps`, `revoke` and the console. The ledger has the history; this is the present.
package struct RunRecord: Hashable, Sendable {
    package let run: String
    package let task: String
    package let intentDigest: String
    package let principal: String
    /// What the principal calls the agent.
    package let agent: String?
    /// `confined` or `unconfined`.
    package let confinement: String
    package let workspace: String?
    /// The process that is the run's host.
    package let host: Int32
    package let started: Timestamp
    /// True while people denied so much that nobody is asked any more: `approve resume`.
    package var isPaused: Bool
    package var state: State
    private let version: Int64

    package enum State: String, Hashable, Sendable {
        case live, ended
    }

    package init(
        run: String, task: String, intentDigest: String, principal: String, agent: String?, confinement: String,
        workspace: String?, host: Int32, started: Timestamp
    ) {
        self.run = run
        self.task = task
        self.intentDigest = intentDigest
        self.principal = principal
        self.agent = agent
        self.confinement = confinement
        self.workspace = workspace
        self.host = host
        self.started = started
        isPaused = false
        state = .live
        version = 0
    }

    /// Nil if the record is none of a run.
    package init?(_ record: StateRecord) {
        let body = record.body
        guard record.kind == .run, let state = State(rawValue: record.state),
            let task = body["task"]?.stringValue, let digest = body["intentDigest"]?.stringValue,
            let principal = body["principal"]?.stringValue, let confinement = body["agent"]?.stringValue,
            let host = body["host"]?.integerValue.flatMap({ Int32(exactly: $0) }),
            let started = body["started"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        run = record.key
        self.task = task
        intentDigest = digest
        self.principal = principal
        agent = body["agentName"]?.stringValue
        self.confinement = confinement
        workspace = body["workspace"]?.stringValue
        self.host = host
        self.started = started
        isPaused = body["paused"] == true
        self.state = state
        version = record.version
    }

    package var json: JSON {
        var object: JSONObject = [
            "run": .string(run), "task": .string(task), "intentDigest": .string(intentDigest),
            "principal": .string(principal), "agent": .string(confinement), "host": .integer(Int64(host)),
            "started": .string(started.description), "paused": .bool(isPaused),
        ]
        object["agentName"] = agent.map(JSON.string)
        object["workspace"] = workspace.map(JSON.string)
        return .object(object)
    }

    /// To be created, or to replace the one that it was read from.
    package var record: StateRecord {
        StateRecord(
            .run, run, run: run, state: state.rawValue, body: json, version: version, changed: started)
    }

    /// What fences off a host whose run somebody else has taken over.
    package static func fence(of run: String) -> String { "run:\(run)" }
}

extension StateStore {
    /// All runs on record, by name; those that ended go after a month.
    package func runs(_ state: RunRecord.State? = nil) async throws(StoreError) -> [RunRecord] {
        try await records(StateQuery(.run, state: state?.rawValue)).compactMap { RunRecord($0) }
    }

    /// Changes the record of a run, whatever other processes change meanwhile. False if there is no such run.
    @discardableResult
    package func update(
        run: String, fence: FencingToken? = nil, _ change: @Sendable (inout RunRecord) -> Void
    ) async throws(StoreError) -> Bool {
        while true {
            guard let found = try await record(.run, run), var run = RunRecord(found) else { return false }
            change(&run)
            if try await replace(run.record, fence: fence) { return true }
        }
    }
}
