import StrictJSON

@testable import Policy

/// One conformance test: an expression, what its names mean, and what it should come to.
struct CELCase {
    let file: String
    let section: String
    let name: String
    let source: String
    private let json: JSON

    init(_ json: JSON) {
        self.json = json
        file = json["_file"]?.stringValue ?? ""
        section = json["_section"]?.stringValue ?? ""
        name = json["name"]?.stringValue ?? ""
        source = json["expr"]?.stringValue ?? ""
    }

    /// Why the case is not run; nil if it is.
    var reasonToLeaveOut: String? {
        let text = Self.timeMessages.reduce(json.encodedString()) { $0.replacing($1, with: "") }
        if [
            "TestAllTypes", "NestedTestAllTypes", "object_value", "GlobalEnum", "message_type", "proto.hasExt",
            "proto.getExt",
        ]
        .contains(where: text.contains) {
            return "it is about protocol buffer messages"
        }
        if text.contains("wrapper") || text.contains("google.protobuf."), !isAboutTime {
            return "it is about wrapper types"
        }
        if source.contains("Value{") || source.contains("TestRequired{") {
            return "it is about protocol buffer messages"
        }
        if section == "bytes_literals", name.hasSuffix("_unescaped_punctuation"), source.hasPrefix("b") {
            return "the value that it expects holds a backslash which is not in its source"
        }
        if text.contains("enum_value") { return "it is about protocol buffer enumerations" }
        return nil
    }

    /// Values and types that are written as messages, and are values of the language.
    private static let timeMessages = ["Duration", "Timestamp"].flatMap { name in
        [
            #""object_value":{"@type":"type.googleapis.com/google.protobuf.\#(name)""#,
            #""message_type":"google.protobuf.\#(name)""#,
        ]
    }

    /// Durations and time stamps are called after messages, and are none here.
    private var isAboutTime: Bool {
        let text = json.encodedString()
        let rest = text.replacing("google.protobuf.Timestamp", with: "").replacing("google.protobuf.Duration", with: "")
        return !rest.contains("google.protobuf.") && !rest.contains("wrapper")
            && !source.contains("google.protobuf.Timestamp{") && !source.contains("google.protobuf.Duration{")
    }

    private var checks: Bool { json["disable_check"] != .bool(true) }

    /// What is wrong; nil if the case passes.
    func failure() -> String? {
        var environment = CELEnvironment()
        environment.container = json["container"]?.stringValue ?? ""
        for declaration in json["type_env"]?.arrayValue ?? [] {
            guard let name = declaration["name"]?.stringValue else { continue }
            if let type = declaration["ident"]?["type"] { environment.variables[name] = Self.type(type) }
            for overload in declaration["function"]?["overloads"]?.arrayValue ?? [] {
                let parameters = (overload["params"]?.arrayValue ?? []).map(Self.type)
                environment.functions.declare(
                    name, isMember: overload["is_instance_function"] == .bool(true),
                    CELSignature(parameters: parameters, result: Self.type(overload["result_type"] ?? .null)))
            }
        }
        var values: [String: CELValue] = [:]
        for (name, binding) in json["bindings"]?.objectValue ?? JSONObject() {
            guard let value = binding["value"] else { continue }
            values[name] = Self.value(value)
            if environment.variables[name] == nil { environment.variables[name] = .dyn }
        }
        do throws(CELError) {
            let program = try CELProgram.compile(source, in: environment, checks: checks)
            if let deduced = json["typed_result"]?["deduced_type"], program.type != Self.type(deduced) {
                return "its type is \(program.type.name), not \(Self.type(deduced).name)"
            }
            if json["check_only"] == .bool(true) { return nil }
            let value = try program.evaluate(limit: 1_000_000) { values[$0] }
            guard json["eval_error"] == nil else { return "it has the value \(value), and should fail" }
            let expected = json["value"] ?? json["typed_result"]?["result"] ?? ["bool_value": true]
            return Self.isSame(value, Self.value(expected)) ? nil : "it is \(value), not \(expected.encodedString())"
        } catch {
            return json["eval_error"] != nil ? nil : "\(error.code) at \(error.line):\(error.column): \(error.message)"
        }
    }

    /// As `==`, but of the same kind, and NaN is NaN.
    private static func isSame(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)): return left == right || left.isNaN && right.isNaN
        case (.list(let left), .list(let right)):
            guard let left = try? left.all(), let right = try? right.all(), left.count == right.count else {
                return false
            }
            return zip(left, right).allSatisfy(isSame)
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            return left.keys().allSatisfy { key in
                guard let key = CELKey(key), let ours = try? left.value(key), let theirs = try? right.value(key) else {
                    return false
                }
                return isSame(ours, theirs)
            }
        default:
            var budget = CELBudget(1_000_000)
            return left.typeName == right.typeName && (try? left.equals(right, &budget)) == true
        }
    }

    // MARK: Protocol buffer JSON

    private static func value(_ json: JSON) -> CELValue {
        guard let (kind, value) = (json.objectValue ?? JSONObject()).first(where: { _ in true }) else { return .null }
        switch kind {
        case "bool_value": return .bool(value == .bool(true))
        case "int64_value": return .int(Int64(value.stringValue ?? "") ?? 0)
        case "uint64_value": return .uint(UInt64(value.stringValue ?? "") ?? 0)
        case "double_value": return .double(double(value))
        case "string_value": return .string(value.stringValue ?? "")
        case "bytes_value": return .bytes((try? CELBase64.decode(value.stringValue ?? "")) ?? [])
        case "object_value":
            let text = value["value"]?.stringValue ?? ""
            if value["@type"]?.stringValue?.hasSuffix(".Duration") == true {
                return (try? CELDuration(parsing: text)).map { .duration($0) } ?? .null
            }
            return (try? CELTimestamp(parsing: text)).map { .timestamp($0) } ?? .null
        case "type_value": return .type(value.stringValue ?? "")
        case "list_value": return .list(.values((value["values"]?.arrayValue ?? []).map(Self.value)))
        case "map_value":
            var entries = CELEntries()
            for entry in value["entries"]?.arrayValue ?? [] {
                try? entries.add(Self.value(entry["key"] ?? .null), Self.value(entry["value"] ?? .null))
            }
            return .map(.entries(entries))
        default: return .null
        }
    }

    private static func double(_ json: JSON) -> Double {
        switch json {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        case .string(let text): Double(text) ?? .nan
        default: .nan
        }
    }

    private static func type(_ json: JSON) -> CELType {
        guard let (kind, value) = (json.objectValue ?? JSONObject()).first(where: { _ in true }) else { return .dyn }
        switch (kind, value.stringValue) {
        case ("primitive", "BOOL"): return .bool
        case ("primitive", "INT64"): return .int
        case ("primitive", "UINT64"): return .uint
        case ("primitive", "DOUBLE"): return .double
        case ("primitive", "STRING"): return .string
        case ("primitive", "BYTES"): return .bytes
        case ("null", _): return .null
        case ("well_known", "TIMESTAMP"), ("message_type", "google.protobuf.Timestamp"): return .timestamp
        case ("well_known", "DURATION"), ("message_type", "google.protobuf.Duration"): return .duration
        case ("list_type", _): return .list(type(value["elem_type"] ?? .null))
        case ("map_type", _):
            return .map(key: type(value["key_type"] ?? .null), value: type(value["value_type"] ?? .null))
        case ("type_param", let name?): return .parameter(name)
        case ("abstract_type", _):
            let types = (value["parameter_types"]?.arrayValue ?? []).map(type)
            let name = value["name"]?.stringValue ?? ""
            return name == "optional_type" ? .optional(types.first ?? .dyn) : .named(name, types)
        default: return .dyn
        }
    }
}
