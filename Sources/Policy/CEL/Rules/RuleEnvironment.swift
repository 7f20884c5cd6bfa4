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
/// | `used` | `calls`, `tools` (calls by tool), `bytes` (of output), `sums` and `distinct` by argument, for the arguments that a
/// budget of the rule or of the task counts |
/// | `now` | the time of the decision |
enum RuleEnvironment {
    /// The environment of a rule that is about these tools.
    static func make(_ types: [ArgumentType]) -> CELEnvironment {
        CELEnvironment([
            "args": arguments(types), "tool": toolType, "task": taskType, "call": callType, "used": usedType,
            "now": .timestamp,
        ])
    }

    /// A member that only some of the tools have may be missing, and has any type; one that none has is a mistake.
    private static func arguments(_ types: [ArgumentType]) -> CELType {
        var members: [String: CELType] = [:]
        var isOpen = types.isEmpty
        for type in types {
            guard case .object(let object) = CELType(type) else {
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

    private static let toolType = CELType.object(
        CELObjectType([
            "name": .string,
            "annotations": .object(
                CELObjectType(["readOnly": .bool, "destructive": .bool, "idempotent": .bool, "openWorld": .bool])),
        ]))
    private static let taskType = CELType.object(
        CELObjectType([
            "name": .string, "purpose": .string, "principal": .string, "agent": .string,
            "inputs": .map(key: .string, value: .dyn), "startedAt": .timestamp,
        ]))
    private static let callType = CELType.object(CELObjectType(["index": .int, "labels": .list(.string)]))
    private static let usedType = CELType.object(
        CELObjectType([
            "calls": .int, "tools": .map(key: .string, value: .int), "sums": .map(key: .string, value: .double),
            "distinct": .map(key: .string, value: .int), "bytes": .int,
        ]))
}

extension RuleEnvironment {
    static func tool(_ tool: PolicyTool) -> CELValue {
        CELValue(members: [
            "name": .string(tool.name.rawValue),
            "annotations": CELValue(members: [
                "readOnly": .bool(tool.annotations.readOnly), "destructive": .bool(tool.annotations.destructive),
                "idempotent": .bool(tool.annotations.idempotent), "openWorld": .bool(tool.annotations.openWorld),
            ]),
        ])
    }

    /// The task, but for the time at which it began.
    static func task(_ intent: Intent) -> CELValue {
        CELValue(members: [
            "name": .string(intent.name), "purpose": .string(intent.purpose), "principal": .string(intent.principal),
            "agent": .string(intent.agent ?? ""), "inputs": .map(.json(intent.inputs, .any)),
        ])
    }

    static func adding(startedAt: Instant, to task: CELValue) -> CELValue {
        guard case .map(.entries(var entries)) = task, let time = timestamp(startedAt) else { return task }
        try? entries.add(.string("startedAt"), time)
        return .map(.entries(entries))
    }

    /// Nil for a time that CEL has none for, before the year 1 or after 9999.
    static func timestamp(_ instant: Instant) -> CELValue? {
        (try? CELTimestamp(secondsSince1970: instant.secondsSince1970, nanoseconds: instant.nanoseconds)).map {
            .timestamp($0)
        }
    }
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
