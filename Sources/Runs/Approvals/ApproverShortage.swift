import Approvals
import Manifests
import Policy
import Registry

/// Why nobody could give the approval that a rule of an intent asks for, as far as the files say.
struct ApproverShortage {
    private let intent: Intent
    private let files: SignerFiles
    private let signers: Result<AllowedSigners, ApprovalRefusal>

    /// Blocking.
    init(_ intent: Intent, _ files: SignerFiles) {
        self.intent = intent
        self.files = files
        signers = Result { () throws(ApprovalRefusal) in try files.judge().signers }
    }

    /// Nil if somebody can, of a confined agent's call: the local user, or people whom the file names.
    func reason(_ rule: Int) -> (reason: String, fix: String)? {
        let terms = intent.rules.indices.contains(rule) ? intent.rules[rule].approval : nil
        let requirement = ApprovalRequirement(
            terms, agentIsConfined: true, excludesPrincipal: terms?.excludesPrincipal ?? false)
        guard !requirement.isForLocalUser else { return nil }
        switch signers {
        case .failure(let refusal): return (refusal.message, refusal.remedy ?? "mend the file")
        case .success(let signers):
            let most = signers.mostApprovers(for: requirement, principal: intent.principal, now: .now)
            guard let most, most < requirement.quorum else { return nil }
            let found = most == 0 ? "names nobody who could" : "names \(most) who could"
            return (
                "it takes \(requirement.words), and `\(files.allowedSigners)` \(found)",
                "add people to that file, a line `NAME KEY` each and a role by `# agentbox: role ROLE NAMES`, or ask "
                    + "for less in `by`"
            )
        }
    }
}
