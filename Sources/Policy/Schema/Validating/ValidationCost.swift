import StrictJSON

/// What matching a pattern costs, in steps of a validation.
enum PatternCost {
    /// RE2 reads some hundred bytes in the time of a step.
    static func steps(for text: String) -> Int { 1 + text.utf8.count >> 6 }
}

extension SchemaValidation {
    /// Takes the steps of hashing or comparing a value. False once there are none left.
    mutating func chargeSize(of value: JSON) -> Bool {
        switch value {
        case .null, .bool, .integer, .number: true
        case .string(let text): charge(text.utf8.count >> 8)
        case .array(let elements):
            charge(elements.count >> 2) && elements.allSatisfy { chargeSize(of: $0) }
        case .object(let members):
            charge(members.count) && members.allSatisfy { chargeSize(of: $0.value) }
        }
    }
}
