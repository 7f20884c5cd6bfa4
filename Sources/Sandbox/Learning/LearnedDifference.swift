import Manifests
import StrictJSON

/// What a learned profile has that the current one lacks, and the other way round: each line with what needed it, and
/// with what it opens.
package struct LearnedDifference: Sendable {
    package struct Line: Hashable, Sendable {
        /// True if the current profile would have to get it; false if nothing needed what it has.
        package let isNeeded: Bool
        /// `syscalls.allow: socket`
        package let text: String
        /// What needed it; for a line that nothing needed, the profile that it is written in.
        package let reason: String
        package let opens: String

        package var json: JSON {
            [
                "change": .string(isNeeded ? "add" : "remove"), "line": .string(text), "reason": .string(reason),
                "opens": .string(opens),
            ]
        }
    }

    /// Needed lines first.
    package private(set) var lines: [Line] = []

    /// - Throws: If the current profile names a system call that there is not.
    package init(of learned: LearnedProfile, from current: ResolvedProfile) throws(SandboxError) {
        try addCalls(learned, current)
        addFiles(learned, current)
        lines += Self.unneeded(learned.needs, current)
        lines += Self.unread(learned.environment, current)
    }

    private mutating func addCalls(_ learned: LearnedProfile, _ current: ResolvedProfile) throws(SandboxError) {
        for (name, need) in learned.allowedCalls.sorted(by: { $0.key < $1.key }) {
            guard try SystemCallRefusal(name, under: current) != nil else { continue }
            add("syscalls.allow: \(name)", need, SystemCallExposure.text(of: name))
        }
        for (value, need) in learned.needs.values.sorted(by: {
            ($0.key.call, $0.key.value) < ($1.key.call, $1.key.value)
        })
        where try SystemCallRefusal(value.call, values: [value.argument: value.value], under: current) != nil {
            add(
                "syscalls.rules: allow \(value.call) \(value.argument) in \(value.text)", need,
                SystemCallExposure.text(of: value.call))
        }
    }

    private mutating func addFiles(_ learned: LearnedProfile, _ current: ResolvedProfile) {
        let reach = FileReach(of: current)
        for (access, need) in learned.needs.files.sorted(by: { ($0.key.path, $0.key.use) < ($1.key.path, $1.key.use) })
        where access.isFound || access.use.changes {
            guard let refusal = reach.refusal(of: access) else { continue }
            // No line can give these: what is written elsewhere was refused while it was watched, too.
            if ViewFolders.isMade(access.path)
                || access.use.changes && !HostPath.contains(WorkspaceRoot.viewPath, access.path)
            {
                continue
            }
            let isInWorkspace = HostPath.contains(WorkspaceRoot.viewPath, access.path)
            // A tool has what its grants name; what is beyond them it was not given while it was watched either.
            if isInWorkspace && learned.isOfTool { continue }
            let place = ["/tmp", WorkspaceRoot.viewPath].first { HostPath.contains($0, access.path) } ?? access.path
            let key =
                switch access.use {
                case .execute: "filesystem.exec: \(place)"
                case .read, .list: isInWorkspace ? "filesystem.workspace: all" : "filesystem.read: \(access.path)"
                case .write, .create, .remove:
                    isInWorkspace ? "filesystem.grants: writeUnder" : "filesystem: writing \(access.path)"
                }
            guard !lines.contains(where: { $0.text == key }) else { continue }
            add(key, need, refusal.opens)
        }
    }

    private mutating func add(_ text: String, _ need: LearnedNeeds.Need, _ opens: String) {
        let times = need.count == 1 ? "" : " (\(need.count) times)"
        lines.append(Line(isNeeded: true, text: text, reason: need.example + times, opens: opens))
    }

    /// Variables of the current profile that nothing read; none where that cannot be known.
    private static func unread(_ environment: EnvironmentReads?, _ current: ResolvedProfile) -> [Line] {
        guard let environment, !environment.mayBeMore else { return [] }
        return current.pass.filter { environment.read[$0] == nil }.map { name in
            let origin =
                current.origins.first { $0.key == "environment.pass" && $0.line == name }?.profile ?? current.name
            return Line(
                isNeeded: false, text: "environment.pass: \(name)", reason: "from \(origin)",
                opens: "the value that it has on the host")
        }
    }

    /// Lines of the current profile that nothing needed.
    private static func unneeded(_ needs: LearnedNeeds, _ current: ResolvedProfile) -> [Line] {
        var lines: [Line] = []
        func add(_ key: String, _ text: String, _ opens: String) {
            let origin = current.origins.first { $0.key == key && $0.line == text }?.profile ?? current.name
            lines.append(Line(isNeeded: false, text: "\(key): \(text)", reason: "from \(origin)", opens: opens))
        }
        for word in current.allow {
            let members = word.hasPrefix("@") ? SystemCallGroups.members(of: word) ?? [] : [word]
            guard members.isDisjoint(with: needs.systemCalls.keys) else { continue }
            add("syscalls.allow", word, members.first.map(SystemCallExposure.text(of:)) ?? "")
        }
        for rule in current.rules where rule.action == .allow && needs.systemCalls[rule.syscall] == nil {
            add("syscalls.rules", rule.text, SystemCallExposure.text(of: rule.syscall))
        }
        let used = needs.files.keys.filter(\.isFound).map(\.path)
        for path in current.read {
            let real = HostPath.canonical(path)
            // A link of the distribution's names what another line shows.
            guard real == path, !used.contains(where: { HostPath.contains(real, $0) }) else { continue }
            add("filesystem.read", path, "files of this host, to read")
        }
        let executed = needs.files.keys.filter { $0.use == .execute }.map(\.path)
        for path in current.exec where !executed.contains(where: { HostPath.contains(HostPath.canonical(path), $0) }) {
            add("filesystem.exec", path, "starting programs there")
        }
        return lines
    }
}
