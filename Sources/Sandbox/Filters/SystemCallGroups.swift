/// systemd's groups of system calls: what a security team knows from `SystemCallFilter=`.
enum SystemCallGroups {
    /// Every system call that is in some group.
    static let allMembers: Set<String> = table.values.reduce(into: []) { members, line in
        members.formUnion(line.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.hasPrefix("@") })
    }

    /// The system calls of a group, nested groups included; nil if there is no such group.
    static func members(of group: String) -> Set<String>? {
        guard let line = table[group] else { return nil }
        var members: Set<String> = []
        for word in line.split(whereSeparator: \.isWhitespace) {
            let word = String(word)
            // The table nests groups two deep and without circles.
            if word.hasPrefix("@") { members.formUnion(Self.members(of: word) ?? []) } else { members.insert(word) }
        }
        return members
    }
}
