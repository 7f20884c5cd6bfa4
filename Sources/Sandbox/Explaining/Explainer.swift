import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// Explains refusals under one profile.
package struct Explainer: Sendable {
    private let profile: ResolvedProfile
    private let reach: FileReach
    private let ports: PortReach
    private let workspace: String?

    /// - Parameters:
    ///   - grants: As the ledger records them: relative to the workspace, or a program of the view.
    ///   - workspace: Where it is on the host: what a view of a call's own does not show is looked for there.
    package init(
        _ profile: ResolvedProfile, grants: [(word: GrantWord, subject: String)] = [], workspace: String? = nil
    ) {
        self.workspace = workspace
        self.profile = profile
        reach = FileReach(of: profile, grants: grants)
        ports = PortReach(of: profile, grants: grants)
    }

    /// Why a system call is refused: by the filter, or because of the file that it names. Empty if nothing of the
    /// profile refuses it.
    ///
    /// - Parameter isTraced: It was seen as it went on or was refused: what is not known of its arguments did not matter.
    /// - Throws: `unknown-name` if there is no such system call.
    package func explain(_ notice: SystemCallNotice, isTraced: Bool = false) throws(SandboxError) -> [Explanation] {
        // A libc that looks for a newer kernel; a number without a name.
        if isTraced && SystemCallTable.of(.host).answersAsOlderKernel(notice.name) { return [] }
        let refusal = try SystemCallRefusal(
            notice.name, values: notice.valuesByPosition, passesUnknown: isTraced && notice.refusal == nil,
            under: profile)
        if let refusal {
            let error = notice.refusal.map { ", " + SystemError.name(of: $0) } ?? ""
            let path = notice.path.map { " `\($0)`" } ?? ""
            let times = notice.count > 1 ? ", \(notice.count) times" : ""
            return [
                Explanation(
                    layer: "seccomp", what: refusal.call + path + times + error, reason: refusal.reason,
                    remedy: refusal.remedy, opens: refusal.opens)
            ]
        }
        if let refusal = ports.refusal(of: notice) { return [refusal] }
        return FileAccess.all(of: notice).compactMap { access in
            // What is nowhere is nobody's refusal.
            guard access.isFound || access.use.changes || Glibc.access(hostPath(access.path), F_OK) == 0 else {
                return nil
            }
            // What every view makes itself no line can add to.
            if !access.isFound, ViewFolders.isMade(access.path) { return nil }
            return reach.refusal(of: access).map { explanation(of: $0) }
        }
    }

    /// What a name of the view is on the host.
    private func hostPath(_ path: String) -> String {
        guard let workspace, profile.view == .own, HostPath.contains(WorkspaceRoot.viewPath, path) else { return path }
        return workspace + path.dropFirst(WorkspaceRoot.viewPath.count)
    }

    private func explanation(of refusal: FileRefusal) -> Explanation {
        Explanation(
            layer: refusal.layer, what: "\(refusal.access.use.rawValue) `\(refusal.access.path)`",
            reason: refusal.reason,
            remedy: refusal.remedy, opens: refusal.opens)
    }

    /// Explains a violation as an outcome records it.
    package func explain(violation: JSON) throws(SandboxError) -> [Explanation] {
        let operation = violation["operation"]?.stringValue ?? ""
        let path = violation["path"]?.stringValue
        let detail = violation["detail"]?.stringValue ?? ""
        switch violation["layer"]?.stringValue {
        case "seccomp" where operation != "unreported":
            return try explain(SystemCallNotice(violation: violation))
        case "seccomp":
            return [
                Explanation(
                    layer: "seccomp", what: "a system call",
                    reason: profile.line("syscalls.default", profile.defaultAction.rawValue)
                        + " ends the program at once",
                    remedy: "`sandbox explain --rerun` finds out which", opens: "")
            ]
        case "landlock": return LandlockRefusal(violation: violation, profile, reach, ports).explanations
        case "layer":
            return [
                Explanation(
                    layer: "layer", what: "\(operation) `\(path ?? "")`",
                    reason:
                        "the call wrote it to its copy, and no grant covers it (\(detail)), so it was not published",
                    remedy:
                        "a grant of the tool, bound to an argument: `write: \(path ?? "")`, or `writeUnder` its folder",
                    opens: "changing that name in the workspace, when the call succeeds")
            ]
        default:
            return [
                Explanation(
                    layer: violation["layer"]?.stringValue ?? "", what: operation, reason: detail,
                    remedy: "`limits: {\(operation): …}` of the profile or of the tool, whichever is smaller",
                    opens: "more of what all calls share")
            ]
        }
    }
}

extension SystemCallNotice {
    /// A notice as an outcome recorded it.
    init(violation: JSON) {
        let name = violation["operation"]?.stringValue ?? ""
        let shape = NoticeShapes.byName[name] ?? NoticeShapes.Shape()
        let arguments = (violation["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
        let values = zip(shape.values, arguments).compactMap { position, text in
            ArgumentText.value(of: text).map { Value(argument: position, value: $0) }
        }
        let path = violation["path"]?.stringValue.map { Text(kind: .path(folder: nil), text: $0, isFound: true) }
        self.init(
            name: name, values: values, texts: [path].compactMap { $0 },
            refusal: violation["error"]?.stringValue.flatMap(ErrorNumbers.named),
            count: UInt64(clamping: violation["count"]?.integerValue ?? 1))
    }
}
