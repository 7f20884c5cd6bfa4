import Manifests
import StrictJSON

/// The variables that a rule's condition may use.
///
/// | variable | is |
/// |---|---|
/// | `args` | the call's arguments, as the tool's schema types them |
/// | `tool` | `name`, `annotations.readOnly`, `.destructive`, `.idempotent`, `.openWorld` |
/// | `task` | `name`, `purpose`, `principal`, `agent`, `inputs`, `startedAt` |
/// | `call` | `index` (how many calls went ahead before), `labels` |
/// | `used` | `calls`, `tools` (calls by tool), `sums` and `distinct` (by argument), `bytes` |
/// | `now` | the time of the decision |
enum RuleEnvironment {
    /// The environment of a rule that is about these tools.
    static func make(_ schemas: [CompiledSchema]) -> CELEnvironment {
        CELEnvironment([
            "args": arguments(schemas), "tool": tool, "task": task, "call": call, "used": used, "now": .timestamp,
        ])
    }

    /// A member that only some of the tools have may be missing, and has any type; one that none has is a mistake.
    private static func arguments(_ schemas: [CompiledSchema]) -> CELType {
        var members: [String: CELType] = [:]
        var isOpen = schemas.isEmpty
        for schema in schemas {
            guard case .object(let object) = CELType(schema.argumentType()) else {
                isOpen = true
                continue
            }
            isOpen = isOpen || object.isOpen
            for (name, type) in object.members {
                members[name] = members[name].map { $0 == type ? type : .dyn } ?? type
            }
        }
        return .object(CELObjectType(members, isOpen: isOpen))
    }

    private static let tool = CELType.object(
        CELObjectType([
            "name": .string,
            "annotations": .object(
                CELObjectType(["readOnly": .bool, "destructive": .bool, "idempotent": .bool, "openWorld": .bool])),
        ]))
    private static let task = CELType.object(
        CELObjectType([
            "name": .string, "purpose": .string, "principal": .string, "agent": .string,
            "inputs": .map(key: .string, value: .dyn), "startedAt": .timestamp,
        ]))
    private static let call = CELType.object(CELObjectType(["index": .int, "labels": .list(.string)]))
    private static let used = CELType.object(
        CELObjectType([
            "calls": .int, "tools": .map(key: .string, value: .int), "sums": .map(key: .string, value: .double),
            "distinct": .map(key: .string, value: .int), "bytes": .int,
        ]))
}

extension CELValue {
    /// A map with texts as keys, in this order; none occurs twice.
    init(members: KeyValuePairs<String, CELValue>) {
        var entries = CELEntries()
        // The keys are ours.
        for (name, value) in members { try? entries.add(.string(name), value) }
        self = .map(.entries(entries))
    }
}
