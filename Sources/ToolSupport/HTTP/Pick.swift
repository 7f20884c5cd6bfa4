import StrictJSON

/// A part of a JSON value and what it is called: `number`, `author=user.login`, `labels=labels[].name`,
/// `files=files[]{filename,lines=changes}`.
struct Pick {
    let name: String
    private let steps: [Step]
    /// Of what the steps lead to only these; empty: all of it.
    private let parts: [Pick]

    private struct Step {
        let key: String
        /// What follows is of each element of the list.
        let isList: Bool
    }

    init(_ text: String) throws(ToolError) {
        let wrong = ToolError(.invalidArguments, "the manifest's command picks `\(text)`, which is no path")
        var rest = text[...]
        var inner: [Pick] = []
        if let open = rest.firstIndex(of: "{") {
            guard rest.hasSuffix("}") else { throw wrong }
            for part in rest[rest.index(after: open)...].dropLast().split(separator: ",") {
                inner.append(try Pick(String(part)))
            }
            rest = rest[..<open]
        }
        let mark = rest.firstIndex(of: "=")
        let path = mark.map { rest[rest.index(after: $0)...] } ?? rest
        steps = path.split(separator: ".", omittingEmptySubsequences: false).map {
            Step(key: String($0.hasSuffix("[]") ? $0.dropLast(2) : $0), isList: $0.hasSuffix("[]"))
        }
        name = String(mark.map { rest[..<$0] } ?? path)
        parts = inner
        guard !name.isEmpty, steps.allSatisfy({ !$0.key.isEmpty }) else { throw wrong }
    }

    /// Those of the picks that there are.
    static func object(_ picks: [Pick], of value: JSON) -> JSONObject {
        var object = JSONObject()
        for pick in picks { object[pick.name] = pick.value(of: value) }
        return object
    }

    /// Nil if there is none; what is null is not there.
    func value(of value: JSON) -> JSON? { follow(steps[...], value) }

    private func follow(_ steps: ArraySlice<Step>, _ value: JSON) -> JSON? {
        guard let step = steps.first else {
            if value == .null { return nil }
            return parts.isEmpty ? value : .object(Self.object(parts, of: value))
        }
        guard let member = value.objectValue?[step.key], member != .null else { return nil }
        guard step.isList else { return follow(steps.dropFirst(), member) }
        return member.arrayValue.map { .array($0.compactMap { follow(steps.dropFirst(), $0) }) }
    }
}
