import Hosts
import StrictJSON

/// Rules that ask the same kind of question of the same argument, by the answers that they look for.
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
        case path(String)
        case host(HostPattern)
    }

    let kind: Kind
    private(set) var rules: [Int] = []
    private var byValue: [JSON: [Int]] = [:]
    private var byPath: [TextKey: [Int]] = [:]
    private var byHost: [Host: [Int]] = [:]
    private var byParent: [TextKey: [Int]] = [:]
    /// The depths at which there is a path or a parent at all: others need not be looked up.
    private var depths: Set<Int> = []

    init(kind: Kind) { self.kind = kind }

    /// Where a rule is found; nil if no table can find it.
    static func key(of rule: CompiledRule) -> (kind: Kind, selectors: Set<Selector>)? {
        for argument in rule.arguments {
            for constraint in argument.constraints {
                let key: (question: Question, selectors: [Selector])? =
                    switch constraint {
                    case .equals(let value): (.value, [.value(value)])
                    case .oneOf(let values, _): (.value, values.map { .value($0) })
                    case .under(let scope): (.path, scope.tops.map { .path($0) })
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
        for selector in selectors {
            switch selector {
            case .value(let value): byValue[value, default: []].append(rule)
            case .path(let path):
                byPath[TextKey(path), default: []].append(rule)
                depths.insert(path == CanonicalPath.root ? 0 : Self.parts(of: path, UInt8(ascii: "/")))
            case .host(.exact(let host)): byHost[host, default: []].append(rule)
            case .host(.beneath(let parent)):
                byParent[TextKey(parent), default: []].append(rule)
                depths.insert(Self.parts(of: parent, UInt8(ascii: ".")))
            }
        }
    }

    private static func parts(of text: String, _ separator: UInt8) -> Int {
        text.utf8.reduce(1) { $1 == separator ? $0 + 1 : $0 }
    }

    /// Adds the rules that may match, some perhaps twice.
    func find(_ facts: inout CallFacts, into found: inout [Int]) {
        // Absent: the constraint fails.
        guard let value = facts.call.arguments.value(at: kind.pointer) else { return }
        switch kind.question {
        case .value:
            found += byValue[value] ?? []
        case .path:
            guard case .string = value, case .success(let path) = facts.path(at: kind.pointer) else {
                found += rules
                return
            }
            find(path: path, into: &found)
        case .host:
            guard case .string(let text) = value, case .success(let host) = facts.host(text, at: kind.pointer) else {
                found += rules
                return
            }
            found += byHost[host] ?? []
            if case .name(let name) = host { find(name: name, into: &found) }
        }
    }

    /// Looks for the path itself and for everything that it lies beneath.
    private func find(path: String, into found: inout [Int]) {
        if depths.contains(0) { found += byPath[TextKey(CanonicalPath.root)] ?? [] }
        if path == CanonicalPath.root { return }
        var depth = 1
        for index in path.utf8.indices where path.utf8[index] == UInt8(ascii: "/") {
            if depths.contains(depth) { found += byPath[TextKey(String(path[..<index]))] ?? [] }
            depth += 1
        }
        if depths.contains(depth) { found += byPath[TextKey(path)] ?? [] }
    }

    /// Looks for every name that the name lies beneath.
    private func find(name: String, into found: inout [Int]) {
        var depth = Self.parts(of: name, UInt8(ascii: "."))
        for index in name.utf8.indices where name.utf8[index] == UInt8(ascii: ".") {
            depth -= 1
            guard depths.contains(depth) else { continue }
            found += byParent[TextKey(String(name[name.utf8.index(after: index)...]))] ?? []
        }
    }
}
