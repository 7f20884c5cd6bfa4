import LinuxIO
import Manifests

extension Violation {
    /// What Landlock refused, as the kernel's audit tells it.
    init(_ refusal: AuditRefusal, under profile: ResolvedProfile) {
        let denial = refusal.shape.denial
        let call = refusal.shape.call
        let name = call?.name
        self.init(
            layer: "landlock", operation: name ?? denial.blockers[0],
            path: denial.path.map(SystemCallNotice.text(of:)),
            detail: "no grant of the call and no line of profile `\(profile.name)` gives "
                + denial.blockers.map { "`\($0)`" }.joined(separator: ", "))
        if let call, let name {
            arguments = call.arguments.sorted { $0.key < $1.key }.map {
                ArgumentText.text(of: $0.value, argument: $0.key, in: name)
            }
        }
        if let port = denial.port { arguments.append("port \(port)") }
        if let result = call?.result, (-4095..<0).contains(result) { error = SystemError.name(of: Int32(-result)) }
        rights = denial.blockers
        count = refusal.count
    }
}

extension AuditedSystemCall {
    /// Nil for one of another architecture, and for one that nobody here knows.
    var name: String? {
        guard architecture == Architecture.host.auditValue else { return nil }
        return SystemCallTable.of(.host).name(of: number)
    }
}

extension SystemCallNotice {
    /// Which of its arguments are values, and are shown.
    static func values(of call: AuditedSystemCall) -> [Int] {
        call.name.flatMap { NoticeShapes.byName[$0]?.values } ?? []
    }
}
