/// The items of the OWASP Non-Human Identities Top 10 2025.
enum OWASPNHI {
    private static let noCredentials =
        "agentbox issues no credentials in this build: what identities outside of it hold is not seen"

    static let items: [StandardItem] = [
        StandardItem(
            "NHI1:2025", "Improper Offboarding", .partly,
            controls: [
                "what a run was given ends with it, by `expires` at the latest",
                "`reviewBy` turns what is allowed into questions",
                "`agentbox revoke` takes back a run, a tool or everything of a principal",
            ], gap: "accounts and keys outside of agentbox are not taken back",
            evidence: [.runs, .expiredDenials, .revocations]),
        StandardItem(
            "NHI2:2025", "Secret Leakage", .partly,
            controls: [
                "agent and tools see none of the host's environment and files but what is named",
                "they have no network of their own",
            ],
            gap:
                "a secret in the workspace can be read by whoever may read the file, and stands in the arguments that are "
                + "on record", evidence: [.confinedRuns, .confinedCalls, .violations]),
        StandardItem(
            "NHI3:2025", "Vulnerable Third-Party NHI", .partly,
            controls: ["tools and tool servers of others are pinned, confined and mediated call by call"],
            gap: noCredentials, evidence: [.serverCalls, .changedServers, .pinnedCalls]),
        StandardItem("NHI4:2025", "Insecure Authentication", .notCovered, gap: noCredentials),
        StandardItem(
            "NHI5:2025", "Overprivileged NHI", .covered,
            controls: [
                "authority belongs to a call: its grant is computed from its arguments",
                "`agentbox review` compares what is granted with what was used, and proposes the narrower manifest",
            ], evidence: [.grantedCalls, .allowed, .defaultDenials]),
        StandardItem("NHI6:2025", "Insecure Cloud Deployment Configurations", .notCovered, gap: "outside of agentbox"),
        StandardItem("NHI7:2025", "Long-Lived Secrets", .notCovered, gap: noCredentials),
        StandardItem(
            "NHI8:2025", "Environment Isolation", .covered,
            controls: ["each run has a view of its own, each call namespaces, filter and file system of its own"],
            evidence: [.confinedRuns, .confinedCalls]),
        StandardItem(
            "NHI9:2025", "NHI Reuse", .partly,
            controls: ["a run's name, its socket and its approvals are its own, and an approval is used once"],
            gap: noCredentials, evidence: [.runs, .approvedCalls]),
        StandardItem(
            "NHI10:2025", "Human Use of NHI", .partly,
            controls: [
                "the ledger tells the principal, the agent and each approver apart, and says whether the agent was confined"
            ], gap: "a person who starts an agent and acts through it is one with it",
            evidence: [.runs, .confinedRuns, .approvers]),
    ]
}
