import Diagnostics

/// One person, alone, whatever the rule asks for: at `A3` or better, with a reason, for a short time, and flagged
/// wherever it is recorded. It sets aside quorum, the rule's role and that the principal may not approve; not that a
/// call is denied by a rule, and not any check of the call.
package enum BreakGlass {
    /// Who may: people with this role in the allowed signers file.
    package static let role = "break-glass"
    /// For how many seconds such an approval can be used at most.
    package static let longest: Int64 = 300
    /// What each has to reach.
    package static let assurance = ApprovalRequirement.Assurance.hardwareKey
    /// Letters and digits that a reason has at least: one word is none.
    static let shortestReason = 8

    /// What a statement has to say.
    static func check(_ statement: ApprovalStatement, for request: ApprovalRequest) throws(ApprovalRefusal) {
        guard statement.verdict == .allow else { return }
        guard request.requirement.allowsBreakGlass else {
            throw ApprovalRefusal(.noBreakGlass, "the rule does not let anybody break the glass")
        }
        let letters = (statement.reason ?? "").unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
        guard letters.count >= shortestReason else {
            throw ApprovalRefusal(
                .noReason, "breaking the glass needs a reason of \(shortestReason) letters at least",
                remedy: "say why, for those who will review it")
        }
        guard statement.expires - statement.issued <= longest else {
            throw ApprovalRefusal(
                .tooLong, "an approval that breaks the glass can be valid for \(longest) seconds at most")
        }
    }
}
