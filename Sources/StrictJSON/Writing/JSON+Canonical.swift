extension JSON {
    /// The canonical form of RFC 8785: what digests and signatures are taken of.
    ///
    /// ```swift
    /// try JSON(parsing: #"{"b": 1.0, "a": 2e0}"#).canonical()  // {"a":2,"b":1}
    /// ```
    ///
    /// An integer whose canonical text would be another integer has no canonical form and throws
    /// `not-representable`: RFC 8785 writes numbers as doubles, so above 2^53 two integers could share one digest, and
    /// a person would approve the one and a tool would be given the other. So does a NaN or an infinity.
    public func canonical() throws(JSONError) -> [UInt8] {
        var writer = Writer()
        try writer.writeCanonical(self)
        return writer.bytes
    }
}

extension Writer {
    mutating func writeCanonical(_ value: JSON) throws(JSONError) {
        switch value {
        case .integer(let value):
            try canonicalInteger(value)
        case .number(let value):
            guard value.isFinite else { throw JSONError(.notRepresentable, "a number is not finite") }
            ascii(ECMAScriptNumber.text(value))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                try writeCanonical(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in CanonicalOrder.sorted(object.members) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                string(member.key)
                bytes.append(UInt8(ascii: ":"))
                try writeCanonical(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .null, .bool, .string:
            write(value)
        }
    }

    private mutating func canonicalInteger(_ value: Int64) throws(JSONError) {
        let text = String(value)
        if value.magnitude > 1 << 53, ECMAScriptNumber.text(Double(value)) != text {
            throw JSONError(
                .notRepresentable, "the integer `\(text)` has no exact canonical form: no double prints as it",
                remedy: "send it as a string")
        }
        ascii(text)
    }
}
