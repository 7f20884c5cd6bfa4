/// The items of the OWASP Top 10 for Agentic Applications 2026.
enum OWASPAgentic {
    static let items: [StandardItem] = [
        StandardItem(
            "ASI01", "Agent Goal Hijack", .partly,
            controls: [
                "every call is decided by an intent that a person wrote, whatever the agent was talked into",
                "untrusted output labels the run, and rules can deny what must not follow it",
                "provenance: an argument has to come from where a rule says",
            ],
            gap: "the hijack of the model itself is not detected: what is bounded is what it can do",
            evidence: [.denied, .defaultDenials, .ruleDenials, .labelledCalls]),
        StandardItem(
            "ASI02", "Tool Misuse and Exploitation", .covered,
            controls: [
                "arguments are checked against the tool's schema, the rule's constraints and its condition",
                "each call runs in a sandbox cut to its grant", "budgets bound how often",
            ], evidence: [.allowed, .denied, .grantedCalls, .budgetDenials, .violations]),
        StandardItem(
            "ASI03", "Identity and Privilege Abuse", .partly,
            controls: [
                "every run has a principal, and every entry names it", "a call holds its own grant and no other's",
                "approvals bind to one call, one person and one use",
            ],
            gap: "credentials issued for one call are not part of this build; a tool that is given a secret by its own "
                + "configuration holds it", evidence: [.principals, .approvedCalls, .signedApprovals, .revocations]),
        StandardItem(
            "ASI04", "Agentic Supply Chain Vulnerabilities", .partly,
            controls: [
                "tools, their executables, files and profiles are pinned by digest, and refused when they change",
                "the tools of a server are pinned as a set: what it lists later is compared",
            ], gap: "nothing is said of what was registered in the first place: a person has to look at it",
            evidence: [.pinnedCalls, .registrations, .changedTools, .changedServers]),
        StandardItem(
            "ASI05", "Unexpected Code Execution", .covered,
            controls: [
                "programs run only by an exec grant, by verified descriptor, without new privileges",
                "system calls are filtered by an allow-list; writes go to a layer, and what the grant covers is published",
            ], evidence: [.programRuns, .confinedCalls, .violations, .publishedChanges]),
        StandardItem(
            "ASI06", "Memory and Context Poisoning", .partly,
            controls: [
                "labels and provenance follow what an output held into later calls",
                "the workspace is read-only but for what a call's grant publishes, and a run's changes can be undone",
            ], gap: "what an agent keeps in its own memory, or in a store of its own, is out of sight",
            evidence: [.labelledCalls, .publishedChanges]),
        StandardItem(
            "ASI07", "Insecure Inter-Agent Communication", .notCovered,
            gap: "an agent in its box has one door, to the registry; what agents say to one another through tools is "
                + "neither authenticated nor inspected"),
        StandardItem(
            "ASI08", "Cascading Failures", .partly,
            controls: [
                "calls, time, bytes and sums of a task are bounded, and so is each call",
                "a run's denials and questions are capped; `agentbox revoke` ends everything at once",
            ], gap: "failures that spread from one run to another through what both work on are not seen",
            evidence: [.budgetDenials, .limitedCalls, .coalescedDenials, .revocations]),
        StandardItem(
            "ASI09", "Human-Agent Trust Exploitation", .partly,
            controls: [
                "an approver is shown the exact call, with hidden characters made visible, outside of the agent's reach",
                "`agentbox review` reports rules whose questions are always answered yes",
            ], gap: "what the agent tells its user in a conversation is not checked",
            evidence: [.approvalsAsked, .approvalsAnswered, .approvalsRefused, .breakGlass]),
        StandardItem(
            "ASI10", "Rogue Agents", .covered,
            controls: [
                "an agent in its box acts through the registry only, and everything that it asks for is on record",
                "a task expires; revocation kills it and its calls within seconds",
            ], evidence: [.confinedRuns, .runs, .expiredDenials, .revocations]),
    ]
}
