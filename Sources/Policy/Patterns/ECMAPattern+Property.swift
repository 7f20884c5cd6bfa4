extension ECMAPattern {
    /// Reads `{Letter}` or `{Script=Greek}` after `\p` or `\P`.
    mutating func property(negated: Bool) throws(PatternRefusal) -> String {
        guard take("{") else { throw refusal("has a `\\p` without braces") }
        var text = ""
        while let scalar = next, scalar != "}" {
            text.unicodeScalars.append(scalar)
            position += 1
        }
        guard take("}") else { throw refusal("has a `\\p{` without a `}`") }
        if checksOnly, !text.isEmpty, text.utf8.allSatisfy(Self.isPropertyByte) { return "." }
        return "\\\(negated ? "P" : "p"){\(try name(of: text))}"
    }

    private static func isPropertyByte(_ byte: UInt8) -> Bool {
        ASCIIReader.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "=")
    }

    private func name(of property: String) throws(PatternRefusal) -> String {
        let parts = property.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1 {
            if let category = Self.generalCategories[property] { return category }
        } else if parts.count == 2 {
            switch parts[0] {
            case "General_Category", "gc":
                if let category = Self.generalCategories[parts[1]] { return category }
            case "Script", "sc":
                // RE2 knows scripts by their long names, and refuses what it does not know.
                let name = parts[1]
                if name.unicodeScalars.count > 2, Self.generalCategories[name] == nil,
                    name.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") })
                {
                    return name
                }
            default: break
            }
        }
        throw refusal("uses the Unicode property `\(property)`, which RE2 does not have,")
    }

    /// ECMA-262, table 70: names and aliases of general categories, to the short names that RE2 knows. RE2 has no
    /// `Cn`, and so no `C` that is the same, and no `LC`.
    private static let generalCategories: [String: String] = {
        let names: [(short: String, others: [String])] = [
            ("L", ["Letter"]), ("Lu", ["Uppercase_Letter"]), ("Ll", ["Lowercase_Letter"]),
            ("Lt", ["Titlecase_Letter"]), ("Lm", ["Modifier_Letter"]), ("Lo", ["Other_Letter"]),
            ("M", ["Mark", "Combining_Mark"]), ("Mn", ["Nonspacing_Mark"]), ("Mc", ["Spacing_Mark"]),
            ("Me", ["Enclosing_Mark"]),
            ("N", ["Number"]), ("Nd", ["Decimal_Number", "digit"]), ("Nl", ["Letter_Number"]),
            ("No", ["Other_Number"]),
            ("P", ["Punctuation", "punct"]), ("Pc", ["Connector_Punctuation"]), ("Pd", ["Dash_Punctuation"]),
            ("Ps", ["Open_Punctuation"]), ("Pe", ["Close_Punctuation"]), ("Pi", ["Initial_Punctuation"]),
            ("Pf", ["Final_Punctuation"]), ("Po", ["Other_Punctuation"]),
            ("S", ["Symbol"]), ("Sm", ["Math_Symbol"]), ("Sc", ["Currency_Symbol"]), ("Sk", ["Modifier_Symbol"]),
            ("So", ["Other_Symbol"]),
            ("Z", ["Separator"]), ("Zs", ["Space_Separator"]), ("Zl", ["Line_Separator"]),
            ("Zp", ["Paragraph_Separator"]),
            ("Cc", ["Control", "cntrl"]), ("Cf", ["Format"]), ("Co", ["Private_Use"]),
        ]
        var table: [String: String] = [:]
        for (short, others) in names {
            table[short] = short
            for other in others { table[other] = short }
        }
        return table
    }()
}
