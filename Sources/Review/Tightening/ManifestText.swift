import Manifests
import StrictJSON

/// Writes a narrower intent as the manifest that a person has: only the rules and bounds that changed are other lines.
package struct ManifestText {
    private let lines: [String]
    private let tree: Located
    private let file: String

    /// - Parameter bytes: The manifest as it is.
    package init(_ bytes: [UInt8], file: String) throws(ManifestErrors) {
        tree = try ManifestFile.parse(bytes, file: file)
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        self.file = file
    }

    /// The manifest's text for `tightened`, both in canonical form; of one that is not written in blocks, or where the
    /// lines cannot be told from one another, a manifest written anew.
    package static func text(of tightened: JSON, from original: JSON, source: [UInt8]?, file: String) -> String {
        if file.hasSuffix(".json") { return tightened.pretty() + "\n" }
        if let source, let edited = try? ManifestText(source, file: file).edited(original, tightened),
            let loaded = try? Intent.load(Array(edited.utf8), file: file), loaded.canonicalJSON() == tightened
        {
            return edited
        }
        return document(tightened)
    }

    // MARK: Anew

    /// A whole manifest.
    package static func document(_ form: JSON) -> String {
        var lines: [String] = []
        for (key, value) in form.objectValue ?? JSONObject() {
            guard key == "rules", let rules = value.arrayValue, !rules.isEmpty else {
                lines.append("\(YAMLText.name(key)): \(YAMLText.flow(value))")
                continue
            }
            lines.append("rules:")
            lines += rules.flatMap { rule($0).map { "  " + $0 } }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A rule's lines: `- allow: fs.read`, and beneath it what else it says.
    static func rule(_ form: JSON) -> [String] {
        var lines: [String] = []
        for (key, value) in form.objectValue ?? JSONObject() {
            let indent = lines.isEmpty ? "- " : "  "
            guard key == "args", let arguments = value.objectValue, !arguments.isEmpty else {
                lines.append("\(indent)\(YAMLText.name(key)): \(YAMLText.flow(value))")
                continue
            }
            lines.append("\(indent)args:")
            lines += arguments.map { "    \(YAMLText.name($0.key)): \(YAMLText.flow($0.value))" }
        }
        return lines
    }

    // MARK: Edited

    /// Lines from `start` on, up to `end`, are replaced.
    private struct Replacement {
        var start: Int
        var end: Int
        var lines: [String]
    }

    private func edited(_ original: JSON, _ tightened: JSON) -> String? {
        guard let replacements = replacements(original, tightened) else { return nil }
        var result = lines
        for replacement in replacements.sorted(by: { $0.start > $1.start }) {
            guard replacement.start <= replacement.end, replacement.end <= result.count else { return nil }
            result.replaceSubrange(replacement.start..<replacement.end, with: replacement.lines)
        }
        return result.joined(separator: "\n")
    }

    private func replacements(_ original: JSON, _ tightened: JSON) -> [Replacement]? {
        guard var found = ruleReplacements(original["rules"]?.arrayValue ?? [], tightened["rules"]?.arrayValue ?? [])
        else { return nil }
        for (key, value) in tightened.objectValue ?? JSONObject() where key != "rules" && original[key] != value {
            guard let range = memberLines(key) else { return nil }
            found.append(
                Replacement(start: range.lowerBound, end: range.upperBound, lines: ["\(key): \(YAMLText.flow(value))"]))
        }
        return found
    }

    /// The new rules are the old ones in their order, some of them changed, gone or split: what stays the same is found
    /// from both ends of each gap by the longest common subsequence of rules.
    private func ruleReplacements(_ old: [JSON], _ new: [JSON]) -> [Replacement]? {
        guard let list = tree["rules"], case .array(let elements) = list.content, elements.count == old.count else {
            return nil
        }
        var replacements: [Replacement] = []
        var oldIndex = 0
        var newIndex = 0
        for (oldEnd, newEnd) in Self.common(old, new) + [(old.count, new.count)] {
            if oldIndex < oldEnd || newIndex < newEnd {
                guard oldIndex < oldEnd, let first = ruleLines(oldIndex, elements),
                    let last = ruleLines(oldEnd - 1, elements)
                else { return nil }
                let indent = String(repeating: " ", count: max(0, elements[oldIndex].position.column - 3))
                let lines = new[newIndex..<newEnd].flatMap { Self.rule($0).map { indent + $0 } }
                // What is written above a rule that goes away goes with it.
                let start = newIndex == newEnd ? commentStart(above: first.lowerBound) : first.lowerBound
                replacements.append(Replacement(start: start, end: last.upperBound, lines: lines))
            }
            oldIndex = oldEnd + 1
            newIndex = newEnd + 1
        }
        return replacements
    }

    /// Positions of a longest common subsequence. Rules are few, or the manifest is written anew.
    private static func common(_ old: [JSON], _ new: [JSON]) -> [(Int, Int)] {
        guard old.count * new.count <= 4_000_000 else { return [] }
        var lengths = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                lengths[i][j] = old[i] == new[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        var pairs: [(Int, Int)] = []
        var (i, j) = (0, 0)
        while i < old.count, j < new.count {
            if old[i] == new[j] {
                pairs.append((i, j))
                (i, j) = (i + 1, j + 1)
            } else if lengths[i + 1][j] >= lengths[i][j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        return pairs
    }

    // MARK: Lines

    /// Zero-based lines of a rule in block style, without the comments of what follows; nil in any other style.
    private func ruleLines(_ index: Int, _ elements: [Located]) -> Range<Int>? {
        let position = elements[index].position
        let line = position.line - 1
        guard lines.indices.contains(line), position.column >= 3 else { return nil }
        let head = lines[line].unicodeScalars.prefix(position.column - 1)
        guard head.allSatisfy({ $0 == " " || $0 == "-" }), head.filter({ $0 == "-" }).count == 1,
            head.dropLast().last == "-"
        else { return nil }
        let next = index + 1 < elements.count ? elements[index + 1].position.line - 1 : endOfMember("rules")
        guard next > line else { return nil }
        return line..<trimmed(next, after: line)
    }

    /// Zero-based lines of a member of the manifest.
    private func memberLines(_ key: String) -> Range<Int>? {
        guard case .object(let members) = tree.content, let member = members.first(where: { $0.key == key }),
            member.keyPosition.column == 1
        else { return nil }
        let start = member.keyPosition.line - 1
        return start..<trimmed(endOfMember(key), after: start)
    }

    /// The line of the member after it, or the end of the file.
    private func endOfMember(_ key: String) -> Int {
        guard case .object(let members) = tree.content,
            let place = members.firstIndex(where: { $0.key == key }), place + 1 < members.count
        else { return lines.count }
        return members[place + 1].keyPosition.line - 1
    }

    /// Without blank lines and comments at the end: they belong to what follows.
    private func trimmed(_ end: Int, after start: Int) -> Int {
        var end = min(end, lines.count)
        while end > start + 1, isAside(lines[end - 1]) { end -= 1 }
        return end
    }

    private func commentStart(above line: Int) -> Int {
        var start = line
        while start > 0, lines[start - 1].drop(while: { $0 == " " }).hasPrefix("#") { start -= 1 }
        return start
    }

    private func isAside(_ line: String) -> Bool {
        let text = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return text.isEmpty || text.hasPrefix("#")
    }
}
