import Manifests
import StrictJSON

/// Calls of one tool that one rule is to allow: they have the same arguments, by name.
///
/// A rule allows every combination of the values that it lists. Where two arguments vary, that is more than was seen:
/// so a few different calls get a rule each, and only many are taken together.
struct CallGroup {
    let tool: ToolName
    let calls: [ObservedCall]

    /// More different calls than this show a pattern.
    static let fewCalls = 3

    /// In the order in which they were first seen.
    static func groups(_ calls: [ObservedCall]) -> [CallGroup] {
        var order: [Key] = []
        var groups: [Key: [ObservedCall]] = [:]
        for call in calls {
            let key = Key(tool: call.tool, arguments: (call.arguments.objectValue?.keys ?? []).sorted())
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(call)
        }
        return order.flatMap { key in split(CallGroup(tool: key.tool, calls: groups[key] ?? [])) }
    }

    private struct Key: Hashable {
        let tool: ToolName
        let arguments: [String]
    }

    private static func split(_ group: CallGroup) -> [CallGroup] {
        var order: [JSON] = []
        var equal: [JSON: [ObservedCall]] = [:]
        for call in group.calls {
            if equal[call.arguments] == nil { order.append(call.arguments) }
            equal[call.arguments, default: []].append(call)
        }
        guard order.count > 1, order.count <= fewCalls, group.varying > 1 else { return [group] }
        return order.map { CallGroup(tool: group.tool, calls: equal[$0] ?? []) }
    }

    var names: [String] { calls.first?.arguments.objectValue?.keys ?? [] }

    func values(of name: String) -> [JSON] { calls.compactMap { $0.arguments[name] } }

    /// How many arguments have more than one value.
    private var varying: Int { names.count { Set(values(of: $0)).count > 1 } }
}
