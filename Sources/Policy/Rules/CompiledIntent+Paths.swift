import Manifests
import StrictJSON

extension CompiledIntent {
    /// The arguments of a tool that rules constrain with `under`, by the tokens of their JSON pointers. For a constraint
    /// on the elements of an array it is the array that is named here.
    package func pathArguments(of tool: ToolName) -> [[String]] {
        var pointers: Set<[String]> = []
        for argument in arguments(of: tool) where argument.constraints.contains(where: \.asksForPath) {
            pointers.insert(argument.pointer)
        }
        return pointers.sorted { Pointer.text($0) < Pointer.text($1) }
    }

    /// The texts in one call's arguments that have to be resolved before `decide`: as `pathArguments(of:)`, with each
    /// element of an array named by itself, and only what is there and is a text.
    package func pathArguments(of tool: ToolName, in arguments: JSON) -> [[String]] {
        var pointers: Set<[String]> = []
        for argument in self.arguments(of: tool) {
            guard let value = arguments.value(at: argument.pointer) else { continue }
            for constraint in argument.constraints {
                constraint.collectPaths(of: value, at: argument.pointer, into: &pointers)
            }
        }
        return pointers.sorted { Pointer.text($0) < Pointer.text($1) }
    }

    private func arguments(of tool: ToolName) -> [CompiledArgument] {
        (lookups[tool]?.indices ?? []).flatMap { rules[$0].arguments }
    }
}

extension CompiledConstraint {
    var asksForPath: Bool {
        switch self {
        case .under: true
        case .each(let constraints): constraints.contains(where: \.asksForPath)
        case .ifPresent(let constraint): constraint.asksForPath
        default: false
        }
    }

    /// The pointers of the texts that have to be resolved.
    func collectPaths(of value: JSON, at pointer: [String], into pointers: inout Set<[String]>) {
        switch self {
        case .under:
            if case .string = value { pointers.insert(pointer) }
        case .ifPresent(let constraint): constraint.collectPaths(of: value, at: pointer, into: &pointers)
        case .each(let constraints) where asksForPath:
            for (index, element) in (value.arrayValue ?? []).enumerated() {
                for constraint in constraints {
                    constraint.collectPaths(of: element, at: pointer + [String(index)], into: &pointers)
                }
            }
        default: break
        }
    }
}
