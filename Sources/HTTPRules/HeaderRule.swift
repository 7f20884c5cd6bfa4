/// What a rule says of one header.
package struct HeaderRule: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        case present
        case absent
        /// Its one value is one of these.
        case oneOf([String])
    }

    /// In lower case.
    package let name: String
    package let condition: Condition

    /// - Parameter name: In any case; nil if it is none.
    package init?(_ name: String, _ condition: Condition) {
        guard HeaderName.isValid(name) else { return nil }
        self.name = name.lowercased()
        self.condition = condition
    }

    /// - Parameter values: All of that name.
    package func accepts(_ values: [String]) -> Bool {
        switch condition {
        case .present: !values.isEmpty
        case .absent: values.isEmpty
        case .oneOf(let accepted): values.count == 1 && accepted.contains(values[0])
        }
    }
}

/// The names of headers (RFC 9110, 5.1) and of methods (9.1): both are tokens.
package enum HeaderName {
    package static func isValid(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && name.utf8.allSatisfy(isTokenByte)
    }

    package static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
