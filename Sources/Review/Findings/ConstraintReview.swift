import Manifests
import Policy
import Replay
import StrictJSON

/// The constraints on one argument against the values that it had: which of what they grant was used.
struct ConstraintReview {
    /// In canonical form: all constraints on the argument, with narrower ones in place of those that are wider.
    let constraint: JSON
    let words: String

    /// Nil if nothing was granted that was not used, as far as that can be said.
    static func narrower(_ constraints: [Constraint], used: Set<JSON>) -> ConstraintReview? {
        var object = JSONObject()
        var words: [String] = []
        for constraint in constraints {
            guard let (key, value) = IntentForm.member(of: constraint) else { return nil }
            if case .ifPresent = constraint { return nil }
            guard let found = narrower(constraint, Array(used)) else {
                object[key] = value
                continue
            }
            object[key] = found.value
            words.append(found.words)
        }
        guard !words.isEmpty else { return nil }
        return ConstraintReview(constraint: .object(object), words: words.joined(separator: "; "))
    }

    private static func narrower(_ constraint: Constraint, _ used: [JSON]) -> (value: JSON, words: String)? {
        switch constraint {
        case .under(let places): under(places, used)
        case .host(let hosts): host(hosts, used)
        case .oneOf(let values): oneOf(values, used)
        case .max(let bound): max(bound, used)
        case .length(let least, let most): length(least, most, used)
        case .each(let constraints):
            narrower(constraints, used: Set(used.flatMap { $0.arrayValue ?? [] })).map { ($0.constraint, $0.words) }
        default: nil
        }
    }

    // MARK: Places

    private static func under(_ places: [String], _ used: [JSON]) -> (JSON, String)? {
        let paths = used.compactMap { $0.stringValue.flatMap { LexicalPaths.canonical($0) } }
        guard !paths.isEmpty, paths.count == used.count else { return nil }
        var kept: [String] = []
        for place in places {
            let inside = paths.filter { isIn($0, place) }
            guard let folder = commonFolder(inside, place) else { continue }
            if !kept.contains(folder) { kept.append(folder) }
        }
        guard kept != places, !kept.isEmpty else { return nil }
        return (.array(kept.map(JSON.string)), "of \(list(places)) only \(list(kept)) was used")
    }

    private static func isIn(_ path: String, _ place: String) -> Bool {
        place == "." || path == place || path.utf8.starts(with: (place + "/").utf8)
    }

    /// The deepest folder that holds all of the paths; the place itself where one of them is it. Nil of no paths.
    private static func commonFolder(_ paths: [String], _ place: String) -> String? {
        guard let first = paths.first else { return nil }
        if paths.contains(place) { return place }
        var common = first.split(separator: "/").dropLast().map(String.init)
        for path in paths.dropFirst() {
            let parts = path.split(separator: "/").dropLast().map(String.init)
            common = zip(common, parts).prefix { $0 == $1 }.map(\.0)
        }
        let folder = common.joined(separator: "/")
        // Links may have led from elsewhere: then what was asked for says nothing of where it was.
        return folder.isEmpty || !isIn(folder, place) ? place : folder
    }

    // MARK: Hosts

    private static func host(_ granted: [String], _ used: [JSON]) -> (JSON, String)? {
        let hosts = Set(used.compactMap { $0.stringValue.flatMap { name(of: $0) } })
        guard !hosts.isEmpty, used.allSatisfy({ $0.stringValue.flatMap { name(of: $0) } != nil }) else { return nil }
        var kept: [String] = []
        for pattern in granted {
            if pattern.hasPrefix("*.") {
                let inside = hosts.filter { $0.hasSuffix(pattern.dropFirst()) }.sorted()
                kept += inside.count <= 8 ? inside : [pattern]
            } else if hosts.contains(pattern) {
                kept.append(pattern)
            }
        }
        guard kept != granted, !kept.isEmpty else { return nil }
        return (.array(kept.map(JSON.string)), "of the hosts \(list(granted)) only \(list(kept)) were used")
    }

    /// Of a URL or of a bare name; nil for what is out of the ordinary.
    private static func name(of text: String) -> String? { URLHost.of(text) ?? URLHost.of("https://" + text) }

    // MARK: Values

    private static func oneOf(_ granted: [JSON], _ used: [JSON]) -> (JSON, String)? {
        let kept = granted.filter { value in used.contains(value) }
        guard kept.count < granted.count, !kept.isEmpty, used.allSatisfy({ kept.contains($0) }) else { return nil }
        return (.array(kept), "of \(granted.count) values only \(kept.count) were used")
    }

    private static func max(_ bound: JSON, _ used: [JSON]) -> (JSON, String)? {
        let numbers = used.compactMap(\.integerValue)
        guard numbers.count == used.count, let greatest = numbers.max(), greatest > 0,
            let granted = bound.integerValue, let bound = Bounds.narrower(granted, used: greatest)
        else { return nil }
        return (.integer(bound), "may be up to \(granted), and was never more than \(greatest)")
    }

    private static func length(_ least: Int?, _ most: Int?, _ used: [JSON]) -> (JSON, String)? {
        let lengths = used.compactMap { $0.stringValue?.unicodeScalars.count ?? $0.arrayValue?.count }
        guard lengths.count == used.count, let longest = lengths.max(), let most,
            let bound = Bounds.narrower(Int64(most), used: Int64(longest))
        else { return nil }
        var value = JSONObject()
        value["min"] = least.map { .integer(Int64($0)) }
        value["max"] = .integer(bound)
        return (.object(value), "may be \(most) long, and was never longer than \(longest)")
    }

    private static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(6).map { YAMLText.name($0) }.joined(separator: ", ")
        return "[" + (texts.count > 6 ? "\(shown), …" : shown) + "]"
    }
}
