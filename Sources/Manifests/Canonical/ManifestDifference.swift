import Diagnostics
import StrictJSON

/// What changed between two canonical forms, for the person who is asked to register the new one.
package enum ManifestDifference {
    /// One line for each change, in the order of the keys: `limits.time: "10s" → "1m"`, `grants: added
    /// {"write":"${args.path}"}`. Empty if the two are equal.
    package static func between(old: JSON, new: JSON) -> [String] {
        var lines: [String] = []
        compare(old, new, at: "", &lines)
        return lines
    }

    private static func compare(_ old: JSON, _ new: JSON, at path: String, _ lines: inout [String]) {
        guard old != new else { return }
        switch (old, new) {
        case (.object(let old), .object(let new)): compareMembers(old, new, at: path, &lines)
        case (.array(let old), .array(let new)): compareElements(old, new, at: path, &lines)
        case (.string(let old), .string(let new)): lines.append(prefix(path) + change(old, new))
        default: lines.append(prefix(path) + "\(shown(old)) → \(shown(new))")
        }
    }

    private static func compareMembers(_ old: JSONObject, _ new: JSONObject, at path: String, _ lines: inout [String]) {
        let added = new.keys.filter { old[$0] == nil }
        for key in Array(old.keys) + added {
            let inner = (path.isEmpty ? "" : path + ".") + VisibleText.line(key, limit: 80)
            switch (old[key], new[key]) {
            case (let old?, let new?): compare(old, new, at: inner, &lines)
            case (let old?, nil): lines.append(prefix(inner) + "removed \(shown(old))")
            case (nil, let new?): lines.append(prefix(inner) + "added \(shown(new))")
            case (nil, nil): break
            }
        }
    }

    /// Lists are read as sets, then as sequences: most of them are the one or the other, and a line that moved is less
    /// of a change than one that is new.
    private static func compareElements(_ old: [JSON], _ new: [JSON], at path: String, _ lines: inout [String]) {
        var remaining: [JSON: Int] = [:]
        for element in old { remaining[element, default: 0] += 1 }
        var added: [JSON] = []
        for element in new {
            if let count = remaining[element], count > 0 {
                remaining[element] = count - 1
            } else {
                added.append(element)
            }
        }
        var removed: [JSON] = []
        for element in old.reversed() where remaining[element, default: 0] > 0 {
            remaining[element, default: 0] -= 1
            removed.insert(element, at: 0)
        }
        if added.count == 1, removed.count == 1, old.count == new.count,
            let index = old.indices.first(where: { old[$0] != new[$0] }), old[index] == removed[0],
            new[index] == added[0]
        {
            compare(old[index], new[index], at: path + "[\(index)]", &lines)
        } else {
            lines += removed.map { prefix(path) + "removed \(shown($0))" }
            lines += added.map { prefix(path) + "added \(shown($0))" }
        }
        if added.isEmpty, removed.isEmpty { lines.append(prefix(path) + "the order changed") }
    }

    private static func prefix(_ path: String) -> String {
        path.isEmpty ? "" : path + ": "
    }

    private static let limit = 200

    private static func shown(_ value: JSON) -> String {
        VisibleText.line(value.encodedString(), limit: limit)
    }

    /// Two texts, cut to where they differ: what changed in the middle of a page must not be what is left out.
    private static func change(_ old: String, _ new: String) -> String {
        let a = Array(old.unicodeScalars)
        let b = Array(new.unicodeScalars)
        guard max(a.count, b.count) > limit else { return "\(quoted(a[...])) → \(quoted(b[...]))" }
        let shorter = min(a.count, b.count)
        let start = (0..<shorter).first { a[$0] != b[$0] } ?? shorter
        let end = (0..<(shorter - start)).first { a[a.count - 1 - $0] != b[b.count - 1 - $0] } ?? shorter - start
        let context = 30
        func excerpt(_ text: [Unicode.Scalar]) -> String {
            let from = max(0, start - context)
            let to = min(text.count, text.count - end + context)
            return (from > 0 ? "…" : "") + quoted(text[from..<to]) + (to < text.count ? "…" : "")
        }
        return "\(excerpt(a)) → \(excerpt(b))"
    }

    private static func quoted(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        let text = JSON.string(String(String.UnicodeScalarView(scalars))).encodedString()
        return VisibleText.line(text, limit: 1000)
    }
}
