import StrictJSON

/// On whose authority something happened: what every entry of a run says.
package struct RunContext: Hashable, Sendable {
    package var run: String
    /// The intent's name.
    package var task: String
    /// `sha256:…` of the intent's canonical form.
    package var intentDigest: String
    package var principal: String
    package var agent: Agent

    package init(run: String, task: String, intentDigest: String, principal: String, agent: Agent) {
        self.run = run
        self.task = task
        self.intentDigest = intentDigest
        self.principal = principal
        self.agent = agent
    }

    /// Who called.
    package struct Agent: Hashable, Sendable {
        /// What the principal calls it.
        package var name: String?
        package var confinement: Confinement

        package init(name: String?, confinement: Confinement) {
            self.name = name
            self.confinement = confinement
        }

        /// Whether the registry was the agent's only way out.
        package enum Confinement: String, Hashable, Sendable {
            case confined
            /// It ran as the user, outside any box: `agentbox mcp` and `agentbox call --intent`.
            case unconfined
        }
    }

    func write(to object: inout JSONObject) {
        object["run"] = .string(run)
        object["task"] = .string(task)
        object["intentDigest"] = .string(intentDigest)
        object["principal"] = .string(principal)
        object["agent"] = .string(agent.confinement.rawValue)
        object["agentName"] = agent.name.map(JSON.string)
    }

    init(_ members: EntryMembers) throws(LedgerError) {
        run = try members.string("run")
        task = try members.string("task")
        intentDigest = try members.string("intentDigest")
        principal = try members.string("principal")
        let word = try members.string("agent")
        guard let confinement = Agent.Confinement(rawValue: word) else {
            throw LedgerError(.entryMalformed, "`\(word)` is neither `confined` nor `unconfined`")
        }
        agent = Agent(name: try members.optionalString("agentName"), confinement: confinement)
    }
}
