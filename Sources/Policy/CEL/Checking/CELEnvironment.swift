/// What names an expression may use.
struct CELEnvironment: Sendable {
    /// Types of variables. A name may have dots.
    var variables: [String: CELType]
    var functions = CELFunctions.all
    /// By variable, where there are any: each of its values fits one. For the estimate of what an expression costs.
    var schemas: [String: [CompiledSchema]] = [:]
    /// Where names are looked up first: with `com.example`, `x` is `com.example.x`, `com.x` or `x`.
    var container = ""

    init(_ variables: [String: CELType] = [:]) { self.variables = variables }

    /// What a name may stand for, the most specific first.
    func candidates(_ name: String, isAbsolute: Bool) -> [String] {
        if isAbsolute || container.isEmpty { return [name] }
        var scopes = container.split(separator: ".").map(String.init)
        var names: [String] = []
        while !scopes.isEmpty {
            names.append(scopes.joined(separator: ".") + "." + name)
            scopes.removeLast()
        }
        return names + [name]
    }

    /// Names of types, which are values too.
    static let types: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "list": .list(.dyn), "map": .map(key: .dyn, value: .dyn), "null_type": .null, "type": .type(.dyn),
        "optional_type": .optional(.dyn), "google.protobuf.Timestamp": .timestamp,
        "google.protobuf.Duration": .duration, CELIP.typeName: .named(CELIP.typeName, []),
        CELCIDR.typeName: .named(CELCIDR.typeName, []),
    ]
}
