extension ECMAPattern {
    /// What an escape or a member of a class stands for.
    enum Member {
        case scalar(UInt32)
        case set(ScalarSet)
        /// A Unicode property in RE2's syntax, `\p{Lu}` or `\P{Lu}`.
        case property(String)

        /// As an atom outside brackets.
        var re2: String {
            switch self {
            case .scalar(let scalar): ScalarSet.re2(scalar)
            case .set(let set): "[\(set.re2)]"
            case .property(let text): text
            }
        }
    }

    /// What follows a backslash outside brackets.
    mutating func atomEscape() throws(PatternRefusal) -> Member {
        guard let scalar = next else { throw refusal("ends in a backslash") }
        if scalar == "k" || ("1"..."9").contains(scalar) {
            if checksOnly { return try backreference() }
            throw refusal("uses a backreference, which RE2 does not have,")
        }
        return try commonEscape(scalar)
    }

    /// Reads `\1` or `\k<name>` and takes it for anything.
    private mutating func backreference() throws(PatternRefusal) -> Member {
        if take("k") {
            guard take("<") else { throw refusal("has a `\\k` without a name") }
            try groupName()
        }
        while let next, isDigit(next) { position += 1 }
        return .set(.all)
    }

    /// What follows a backslash between brackets.
    mutating func classEscape() throws(PatternRefusal) -> Member {
        guard let scalar = next else { throw refusal("ends in a backslash") }
        if take("b") { return .scalar(0x08) }
        return try commonEscape(scalar)
    }

    private mutating func commonEscape(_ scalar: Unicode.Scalar) throws(PatternRefusal) -> Member {
        position += 1
        switch scalar {
        case "d": return .set(.digits)
        case "D": return .set(ScalarSet.digits.complement)
        case "w": return .set(.wordCharacters)
        case "W": return .set(ScalarSet.wordCharacters.complement)
        case "s": return .set(.whiteSpace)
        case "S": return .set(ScalarSet.whiteSpace.complement)
        case "p", "P": return .property(try property(negated: scalar == "P"))
        case "t": return .scalar(0x09)
        case "n": return .scalar(0x0A)
        case "v": return .scalar(0x0B)
        case "f": return .scalar(0x0C)
        case "r": return .scalar(0x0D)
        case "0":
            if let next, isDigit(next) { throw refusal("has an octal escape") }
            return .scalar(0)
        case "c": return .scalar(try controlLetter())
        case "x": return .scalar(try hexadecimal(digits: 2))
        case "u": return .scalar(try unicodeEscape())
        default:
            // Letters that mean nothing here mean something in other engines (`\A`, `\z`, `\h`).
            guard scalar.isASCII, !scalar.properties.isAlphabetic, !isDigit(scalar) else {
                throw refusal("has the unknown escape `\\\(scalar)`")
            }
            return .scalar(scalar.value)
        }
    }

    private mutating func controlLetter() throws(PatternRefusal) -> UInt32 {
        guard let letter = next, letter.isASCII, letter.properties.isAlphabetic else {
            throw refusal("has a `\\c` without a letter")
        }
        position += 1
        return letter.value % 32
    }

    private mutating func hexadecimal(digits: Int) throws(PatternRefusal) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ Character($0).hexDigitValue }), scalars[position].isASCII else {
                throw refusal("has a bad hexadecimal escape")
            }
            value = value * 16 + UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func unicodeEscape() throws(PatternRefusal) -> UInt32 {
        if take("{") {
            var value: UInt32 = 0
            var digits = 0
            while let digit = next.flatMap({ Character($0).hexDigitValue }), scalars[position].isASCII {
                value = value * 16 + UInt32(digit)
                guard value <= ScalarSet.last else { throw refusal("has an escape beyond Unicode") }
                position += 1
                digits += 1
            }
            guard digits > 0, take("}") else { throw refusal("has a bad `\\u{…}` escape") }
            return try notSurrogate(value)
        }
        let first = try hexadecimal(digits: 4)
        guard (0xD800...0xDBFF).contains(first) else { return try notSurrogate(first) }
        guard take("\\"), take("u") else { throw refusal("has half of a surrogate pair") }
        let second = try hexadecimal(digits: 4)
        guard (0xDC00...0xDFFF).contains(second) else { throw refusal("has half of a surrogate pair") }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private func notSurrogate(_ value: UInt32) throws(PatternRefusal) -> UInt32 {
        guard !(0xD800...0xDFFF).contains(value) else { throw refusal("has half of a surrogate pair") }
        return value
    }
}
