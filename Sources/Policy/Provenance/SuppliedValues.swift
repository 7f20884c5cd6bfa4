import Manifests
import StrictJSON

/// What a person supplied with the intent, in the forms that arguments are compared in.
struct SuppliedValues: Sendable {
    private let inputs: JSONObject
    /// Every scalar in all inputs that tells something.
    let telling: Set<NormalValue>

    init(_ inputs: JSONObject) {
        self.inputs = inputs
        telling = Self.telling(.object(inputs))
    }

    var names: [String] { inputs.keys }

    func value(named name: String) -> JSON? { inputs[name] }

    func input(named name: String) -> SuppliedInput? {
        inputs[name].map { SuppliedInput(value: $0, telling: Self.telling($0)) }
    }

    /// The scalars in a value that say where an equal one comes from.
    private static func telling(_ value: JSON) -> Set<NormalValue> {
        var values: Set<NormalValue> = []
        value.forEachValue { scalar in
            if NormalValue.isTelling(scalar) { values.formUnion(NormalValue.forms(of: scalar)) }
        }
        return values
    }
}

/// One supplied value.
struct SuppliedInput: Sendable {
    let value: JSON
    let telling: Set<NormalValue>

    /// The tokens of its texts.
    var tokens: Set<NormalValue> {
        var tokens: Set<NormalValue> = []
        value.forEachValue { scalar in
            if case .string(let text) = scalar { tokens.formUnion(TextTokens.values(of: text)) }
        }
        return tokens
    }

    var holdsText: Bool {
        var found = false
        value.forEachValue { if case .string = $0 { found = true } }
        return found
    }
}

extension JSON {
    /// Visits every scalar, without members' names.
    func forEachValue(_ body: (JSON) -> Void) {
        var pending = [self]
        while let value = pending.popLast() {
            switch value {
            case .array(let elements): pending.append(contentsOf: elements.reversed())
            case .object(let members): pending.append(contentsOf: members.reversed().map(\.value))
            default: body(value)
            }
        }
    }
}
