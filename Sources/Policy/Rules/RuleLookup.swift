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
        if found.count < 2 { return found }
        found.sort()
        // A rule under several folders of one path was found more than once.
        var unique: [Int] = []
        unique.reserveCapacity(found.count)
        for rule in found where rule != unique.last { unique.append(rule) }
        return unique
    }
}
