import Manifests
import StrictJSON

/// Where values of trusted outputs were seen: an argument that was in one may have come from there.
struct ValueOrigins {
    /// A place in a tool's output, with `*` for each index.
    struct Origin: Hashable {
        let tool: ToolName
        let pointer: String
        let place: Int
    }

    /// Scalars that are kept; a trace may hold any number of them.
    private static let most = 100_000
    /// What is shorter occurs by coincidence.
    private static let shortest = 5

    private var origins: [JSON: Origin] = [:]

    /// The earliest origin; nil for what was not seen, and for what is too common to say anything.
    func origin(of value: JSON) -> Origin? { Self.isTelling(value) ? origins[value] : nil }

    /// Takes in what a trusted call returned.
    mutating func add(_ call: ObservedCall) {
        guard call.isTrusted, let result = call.result else { return }
        add(StructuredResult.of(result), "", call)
    }

    private mutating func add(_ value: JSON, _ pointer: String, _ call: ObservedCall) {
        switch value {
        case .object(let members):
            for member in members { add(member.value, pointer + "/" + Self.escaped(member.key), call) }
        case .array(let elements):
            for element in elements { add(element, pointer + "/*", call) }
        default:
            // An echo proves nothing: what the call was asked with is not news.
            guard Self.isTelling(value), origins.count < Self.most, origins[value] == nil,
                !(call.arguments.objectValue?.contains { $0.value == value } ?? false)
            else { return }
            origins[value] = Origin(tool: call.tool, pointer: pointer, place: call.place)
        }
    }

    private static func isTelling(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): text.utf8.count >= shortest
        case .integer, .number: value.encoded().count >= shortest
        default: false
        }
    }

    private static func escaped(_ token: String) -> String {
        var result = ""
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
