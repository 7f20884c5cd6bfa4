/// Outcomes of the NIST Cybersecurity Framework 2.0 that are about what agentbox does. The others are about an organisation.
enum NISTCSF {
    static let items: [StandardItem] = [
        StandardItem(
            "GV.SC-07", "Risks of suppliers and their products are recorded and monitored", .partly,
            controls: ["tools are registered by digest, and a change is shown before it counts"],
            gap: "the suppliers themselves are not assessed",
            evidence: [.registrations, .changedTools, .changedServers]),
        StandardItem(
            "PR.AA-01", "Identities and credentials are managed", .partly,
            controls: ["runs have names and principals; approvers' keys have roles and an expiry"],
            gap: "the principal's name in an intent is a statement, and no credentials are issued in this build",
            evidence: [.principals, .approvers]),
        StandardItem(
            "PR.AA-03", "Users, services and hardware are authenticated", .partly,
            controls: ["an approver is known by the local user, a key, or a hardware key with a touch"],
            gap: "an agent is known by the door that it came through", evidence: [.signedApprovals, .approvalsAnswered]),
        StandardItem(
            "PR.AA-04", "Identity assertions are protected, conveyed and verified", .partly,
            controls: ["an approval is a signed statement about one call, and is kept to be verified again"],
            gap: "nothing is asserted towards other systems in this build", evidence: [.signedApprovals]),
        StandardItem(
            "PR.AA-05",
            "Access permissions are defined in a policy, managed, enforced and reviewed; least privilege, separation of duties",
            .covered,
            controls: [
                "the intent manifest is the policy; every call is decided by it, and the default is deny",
                "the decision is enforced by a sandbox of that call's size",
                "`reviewBy` and `agentbox review`; approval rules can exclude the principal and ask for several people",
            ], evidence: [.intents, .allowed, .denied, .grantedCalls, .approvedCalls, .revocations]),
        StandardItem(
            "PR.DS-01", "Data at rest is protected", .partly,
            controls: ["the ledger is append-only and signed: a change is seen"],
            gap: "nothing is encrypted on the disk", evidence: [.recoveries]),
        StandardItem(
            "PR.DS-10", "Data in use is protected", .partly,
            controls: ["a call sees the files of its grant, and no other process"],
            gap: "what the agent has read it can send to the endpoint of its model", evidence: [.confinedCalls]),
        StandardItem(
            "PR.PS-04", "Log records are generated and made available for continuous monitoring", .covered,
            controls: [
                "decisions are on the disk before anything happens, and ends after it",
                "`agentbox audit export` writes them as OCSF, OpenTelemetry, CSV and JSON Lines",
            ], evidence: [.allowed, .denied, .ends, .unknownEnds]),
        StandardItem(
            "PR.PS-05", "Installation and execution of unauthorized software are prevented", .covered,
            controls: ["what runs is what was registered, by digest; in a box only what is granted can be executed"],
            evidence: [.pinnedCalls, .programRuns, .violations]),
        StandardItem(
            "PR.IR-01", "Networks and environments are protected from unauthorized logical access", .partly,
            controls: ["agents and calls have no network but a loopback of their own"],
            gap: "access from outside to the host is not agentbox's", evidence: [.confinedRuns, .confinedCalls]),
        StandardItem(
            "DE.CM-09", "Computing hardware and software, runtime environments and their data are monitored", .partly,
            controls: ["refused system calls, writes beyond the grant and limits are reported with the call"],
            gap: "file accesses that Landlock refuses are known only where a call is made again to see them",
            evidence: [.violations, .limitedCalls]),
        StandardItem(
            "RS.MA-01", "The incident response plan is executed", .notCovered,
            gap: "agentbox alerts nobody by itself: export its ledger to what does"),
        StandardItem(
            "RS.MI-01", "Incidents are contained", .covered,
            controls: ["`agentbox revoke` kills what runs and refuses what comes, within seconds"],
            evidence: [.revocations]),
        StandardItem(
            "RC.RP-03", "The integrity of what is restored is verified", .notCovered,
            gap: "`agentbox changes undo` takes back what a run wrote; backups are not agentbox's"),
    ]
}
