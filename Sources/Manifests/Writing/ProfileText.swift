import StrictJSON

/// A sandbox profile as a file that a person reviews: a key a line, long lists with an item a line.
package enum ProfileText {
    /// - Parameter comment: Lines above the profile, each made safe to show.
    package static func yaml(_ profile: SandboxProfile, comment: [String] = []) -> String {
        var lines = comment.map { $0.isEmpty ? "#" : YAMLText.comment($0) }
        for (key, value) in profile.canonicalJSON().objectValue ?? JSONObject() { lines += member(key, value, "") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let width = 100

    private static func member(_ key: String, _ value: JSON, _ indent: String) -> [String] {
        let line = "\(indent)\(YAMLText.name(key)): \(YAMLText.flow(value))"
        switch value {
        case .object(let members) where !members.isEmpty:
            return ["\(indent)\(key):"] + members.flatMap { member($0.key, $0.value, indent + "  ") }
        case .array(let items) where line.utf8.count > width || items.contains { $0.objectValue != nil }:
            return ["\(indent)\(key):"] + items.map { "\(indent)  - \(YAMLText.flow($0))" }
        default: return [line]
        }
    }
}
