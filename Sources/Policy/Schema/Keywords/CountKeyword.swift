import StrictJSON

/// `minLength` and `maxLength`, `minItems` and `maxItems`, or `minProperties` and `maxProperties`.
struct CountKeyword: SchemaKeyword {
    let counted: Counted
    let minimum: Int
    let maximum: Int

    enum Counted: String {
        /// In Unicode code points.
        case characters
        case elements
        case members

        /// What the keywords' names end in.
        var word: String {
            switch self {
            case .characters: "Length"
            case .elements: "Items"
            case .members: "Properties"
            }
        }
    }

    /// Nil if the schema sets no bound.
    init?(_ counted: Counted, of schema: JSONObject, _ compiler: inout SchemaCompiler) {
        let minimum = compiler.count("min" + counted.word, of: schema)
        let maximum = compiler.count("max" + counted.word, of: schema)
        if minimum == nil && maximum == nil { return nil }
        self.counted = counted
        self.minimum = minimum ?? 0
        self.maximum = maximum ?? .max
    }

    var kinds: SchemaTypes {
        switch counted {
        case .characters: .string
        case .elements: .array
        case .members: .object
        }
    }

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        let count: Int
        switch (counted, value) {
        case (.characters, .string(let text)):
            // A code point has from one to four bytes: mostly that is enough to know.
            let bytes = text.utf8.count
            if bytes <= maximum, (bytes + 3) / 4 >= minimum { return true }
            validation.charge(bytes >> 8)
            count = text.unicodeScalars.count
        case (.elements, .array(let elements)): count = elements.count
        case (.members, .object(let members)): count = members.count
        default: return true
        }
        if count < minimum {
            return validation.fail(
                "min" + counted.word, "expected at least \(minimum) \(counted.rawValue), found \(count)")
        }
        if count > maximum {
            return validation.fail(
                "max" + counted.word, "expected at most \(maximum) \(counted.rawValue), found \(count)")
        }
        return true
    }

    func describe(_ outline: inout SchemaOutline) {
        switch counted {
        case .characters: outline.maximumCharacters = maximum
        case .elements: outline.maximumElements = maximum
        case .members: outline.maximumMembers = maximum
        }
    }
}
