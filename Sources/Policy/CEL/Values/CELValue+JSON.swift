import StrictJSON

extension CELValue {
    /// A JSON value as a schema's type says to read it: a `number` is a double and an `integer` an int, however either is
    /// written; without a type what is written as an integer is an int.
    init(_ json: JSON, as type: ArgumentType = .any) throws(CELFunctionError) {
        switch (json, type) {
        case (.null, _): self = .null
        case (.bool(let value), _): self = .bool(value)
        case (.integer(let value), .number): self = .double(Double(value))
        case (.integer(let value), _): self = .int(value)
        case (.number(let value), .integer):
            guard let whole = Int64(exactly: value) else {
                throw CELFunctionError("the number \(CELDoubleText.general(value)) is no int of 64 bits")
            }
            self = .int(whole)
        case (.number(let value), _): self = .double(value)
        case (.string(let text), _): self = .string(text)
        case (.array(let elements), .array(let element)): self = .list(.json(elements, element))
        case (.array(let elements), _): self = .list(.json(elements, .any))
        case (.object(let members), _): self = .map(.json(members, type))
        }
    }
}
