import Approvals
import Policy
import StrictJSON

/// A call that only people can let go on, with all that they are asked about it.
struct ApprovalQuestion: Sendable {
    let tool: RegisteredTool
    let call: ResolvedCall
    /// With the effect `approve`.
    let decision: Decision
    /// The call's name within its run.
    let name: String
    let canonical: CanonicalCall
    let digest: SubjectDigest
    let requirement: ApprovalRequirement
    /// What the approver is shown, but for what depends on the request itself.
    let shown: ShownText
    /// What the call has done to its copy of the workspace, where it could run there first.
    let writes: RehearsedWrites?
}

/// What the record of an approved call says of its approval.
struct ApprovalNote: Sendable {
    let canonical: CanonicalCall
    /// `request`, `approvers` and `scope`.
    let json: JSON

    var request: String? { json["request"]?.stringValue }
    var approvers: [String] { (json["approvers"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue } }
}
