import Manifests
import StrictJSON

/// A place in the outputs of tools that an intent's constraints name.
struct ToolSource: Hashable, Sendable {
    let tool: ToolPattern
    let pointer: PointerPattern

    /// For messages: "`/results/*/email` of `contacts.search`".
    var name: String {
        let place = pointer.tokens.isEmpty ? "the text" : "`\(pointer)`"
        return "\(place) of `\(tool.text)`"
    }

    /// Visits the scalars at the source's places, at most `budget` values in all; false if there were more.
    func visit(_ output: JSON, budget: inout Int, _ body: (JSON) -> Void) -> Bool {
        var pending: [(value: JSON, depth: Int)] = [(output, 0)]
        while let (value, depth) = pending.popLast() {
            budget -= 1
            guard budget >= 0 else { return false }
            guard depth < pointer.tokens.count else {
                switch value {
                case .array, .object: break
                default: body(value)
                }
                continue
            }
            switch (pointer.tokens[depth], value) {
            case (.name(let name), _):
                if let next = value.value(at: [name]) { pending.append((next, depth + 1)) }
            case (.any, .array(let elements)):
                pending.append(contentsOf: elements.reversed().map { ($0, depth + 1) })
            case (.any, .object(let members)):
                pending.append(contentsOf: members.reversed().map { ($0.value, depth + 1) })
            case (.any, _): break
            }
        }
        return true
    }
}
