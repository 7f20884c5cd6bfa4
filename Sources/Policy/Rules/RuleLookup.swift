import StrictJSON

/// The rules of one tool, found by what they ask of the call, so that a decision costs the same with ten rules and with
/// ten thousand.
///
/// Of each rule one constraint that a table answers (`equals`, `oneOf`, `under`, `host`) says which calls it can be
/// about. A rule that the table leaves out has a constraint that fails, and so does not match whatever its others say
/// (see `Answer`). Where the argument cannot be read, the table leaves out nothing.
struct RuleLookup: Sendable {
    /// Rules that have to be asked of every call of the tool.
    private var always: [Int] = []
    private var tables: [RuleTable] = []

    /// Below this a table costs more than it saves.
    private static let worthwhile = 4

    /// `rules` are in the order of the intent.
    init(_ rules: [CompiledRule]) {
        var tables: [RuleTable.Kind: RuleTable] = [:]
        for rule in rules {
            guard let key = RuleTable.key(of: rule) else {
                always.append(rule.index)
                continue
            }
            tables[key.kind, default: RuleTable(kind: key.kind)].insert(rule.index, key.selectors)
        }
        for table in tables.values {
            if table.rules.count < Self.worthwhile {
                always += table.rules
            } else {
                self.tables.append(table)
            }
        }
        always.sort()
    }

    /// The rules that may match the call, in the order of the intent. Each once.
    func candidates(_ facts: inout CallFacts) -> [Int] {
        if tables.isEmpty { return always }
        var found = always
        for table in tables { table.find(&facts, into: &found) }
        found.sort()
        // A rule under several folders of one path was found more than once.
        var unique: [Int] = []
        unique.reserveCapacity(found.count)
        for rule in found where rule != unique.last { unique.append(rule) }
        return unique
    }
}

/// Rules that ask the same kind of question of the same argument.
struct RuleTable: Sendable {
    struct Kind: Hashable, Sendable {
        let pointer: [String]
        let question: Question
    }

    enum Question: Hashable, Sendable {
        case value, path, host
    }

    enum Selector: Hashable, Sendable {
        case value(JSON)
        case path(TextKey)
        case host(HostPattern)
    }

    let kind: Kind
    private(set) var rules: [Int] = []
    private var bySelector: [Selector: [Int]] = [:]

    init(kind: Kind) { self.kind = kind }

    /// Where a rule is found; nil if no table can find it.
    static func key(of rule: CompiledRule) -> (kind: Kind, selectors: Set<Selector>)? {
        for argument in rule.arguments {
            for constraint in argument.constraints {
                let key: (question: Question, selectors: [Selector])? =
                    switch constraint {
                    case .equals(let value): (.value, [.value(value)])
                    case .oneOf(let values, _): (.value, values.map { .value($0) })
                    case .under(let scope): (.path, scope.tops.map { .path(TextKey($0)) })
                    case .host(let patterns, _): (.host, patterns.map { .host($0) })
                    default: nil
                    }
                if let key { return (Kind(pointer: argument.pointer, question: key.question), Set(key.selectors)) }
            }
        }
        return nil
    }

    mutating func insert(_ rule: Int, _ selectors: Set<Selector>) {
        rules.append(rule)
        for selector in selectors { bySelector[selector, default: []].append(rule) }
    }

    /// Adds the rules that may match, some perhaps twice.
    func find(_ facts: inout CallFacts, into found: inout [Int]) {
        // Absent: the constraint fails.
        guard let value = facts.call.arguments.value(at: kind.pointer) else { return }
        switch kind.question {
        case .value:
            found += bySelector[.value(value)] ?? []
        case .path:
            guard case .string = value, case .success(let path) = facts.path(at: kind.pointer) else {
                found += rules
                return
            }
            for selector in tops(of: path) { found += bySelector[selector] ?? [] }
        case .host:
            guard case .string(let text) = value, case .success(let host) = facts.host(text, at: kind.pointer) else {
                found += rules
                return
            }
            for selector in patterns(for: host) { found += bySelector[selector] ?? [] }
        }
    }

    /// The path itself and all that it lies beneath.
    private func tops(of path: String) -> [Selector] {
        var tops: [Selector] = [.path(TextKey(CanonicalPath.root))]
        if path == CanonicalPath.root { return tops }
        for index in path.utf8.indices where path.utf8[index] == UInt8(ascii: "/") {
            tops.append(.path(TextKey(String(path[..<index]))))
        }
        tops.append(.path(TextKey(path)))
        return tops
    }

    /// The host itself and every `*.` pattern that covers it.
    private func patterns(for host: Host) -> [Selector] {
        var patterns: [Selector] = [.host(.exact(host))]
        guard case .name(let name) = host else { return patterns }
        for index in name.utf8.indices where name.utf8[index] == UInt8(ascii: ".") {
            patterns.append(.host(.beneath(String(name[name.utf8.index(after: index)...]))))
        }
        return patterns
    }
}
