import StrictJSON

extension CompiledConstraint {
    /// What the constraint says, as a value: two with equal keys answer every question alike. Reads as a manifest does.
    var key: JSON {
        switch self {
        case .equals(let value): ["equals": value]
        case .oneOf(let values, _): ["oneOf": .array(values)]
        case .matches(let pattern, _): ["matches": .string(pattern)]
        case .under(let scope): ["under": .array(scope.tops.map(JSON.string))]
        case .host(_, let shown): ["host": .array(shown.map(JSON.string))]
        case .cidr(let ranges): ["cidr": .array(ranges.map { .string($0.description) })]
        case .max(let bound): ["max": bound.json]
        case .min(let bound): ["min": bound.json]
        case .length(let minimum, let maximum): ["length": Self.range(minimum, maximum)]
        case .each(let constraints): ["each": Self.key(of: constraints)]
        case .absent: ["absent": true]
        case .present: ["absent": false]
        case .from(let provenance): ["from": .array(provenance.sources.map { SourceKey($0).json })]
        case .ifPresent(let constraint): .object((constraint.key.objectValue ?? JSONObject()).adding("optional", true))
        }
    }

    /// The key of constraints that all have to hold.
    static func key(of constraints: [CompiledConstraint]) -> JSON {
        var object = JSONObject()
        for constraint in constraints {
            for (name, value) in constraint.key.objectValue ?? JSONObject() { object[name] = value }
        }
        return .object(object)
    }

    private static func range(_ minimum: Int?, _ maximum: Int?) -> JSON {
        var object = JSONObject()
        object["min"] = minimum.map { .integer(Int64($0)) }
        object["max"] = maximum.map { .integer(Int64($0)) }
        return .object(object)
    }
}

extension JSONObject {
    fileprivate func adding(_ name: String, _ value: JSON) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}

extension ExactNumber {
    var json: JSON {
        switch self {
        case .integer(let integer): .integer(integer)
        case .double(let double): .number(double)
        }
    }
}
