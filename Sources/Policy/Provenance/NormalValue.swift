import StrictJSON

/// A scalar in the form in which provenance compares it. Two scalars are the same value if they have a form in common.
///
/// - A number is its value: `98.70`, `98.7` and `9.87e1` are one, and so is the text `"98.70"`, because tools write
///   amounts either way. A text is a number only as JSON would write it without an exponent: `1e2`, `0x10`, `+5`, `007`,
///   `-0` and `1,000` are texts.
/// - An e-mail address is taken in lower case, a host name in lower case without a trailing dot, a URL with scheme and
///   host in lower case. Only ASCII letters are folded: a look-alike stays another value.
/// - An IBAN (ISO 13616, with right check digits) is taken without spaces and dashes and in upper case.
/// - A telephone number of 7 to 15 digits is taken without spaces, dashes and parentheses; its `+` counts. A date such as
///   `2026-11-25` is none.
/// - Every other text is taken in Unicode's normal form C, and compared by code points: case, spaces and NUL count.
struct NormalValue: Hashable, Sendable {
    enum Kind: UInt8, Sendable { case text, number, address, host, url, iban, phone }

    let kind: Kind
    let text: TextKey

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = TextKey(text)
    }

    /// Longer texts have no forms: nobody copies one of 64 KiB into an argument, and the bound is one on time.
    static let maximumLength = 64 << 10

    func key(_ key: ProvenanceKey) -> ValueKey {
        var bytes = [kind.rawValue]
        bytes.append(contentsOf: text.text.utf8)
        return ValueKey(bytes, key: key)
    }

    /// The forms of a scalar; none for booleans, null and containers, which have no provenance.
    static func forms(of value: JSON) -> [NormalValue] {
        switch value {
        case .string(let text): forms(of: text)
        case .integer, .number: NormalNumber(value).map { [NormalValue(.number, $0.text)] } ?? []
        case .null, .bool, .array, .object: []
        }
    }

    static func forms(of source: String) -> [NormalValue] {
        guard source.utf8.count <= maximumLength else { return [] }
        let text = NormalText.composed(source)
        if let number = NormalNumber(text: text) {
            let forms = [NormalValue(.number, number.text)]
            return PhoneNumber.isPlain(text) ? forms + [NormalValue(.phone, text)] : forms
        }
        if let address = NormalText.mailAddress(text) { return [NormalValue(.address, address)] }
        if let url = NormalText.url(text) { return [NormalValue(.url, url)] }
        if let iban = IBAN.normalised(text) { return [NormalValue(.iban, iban)] }
        if let phone = PhoneNumber.normalised(text) { return [NormalValue(.phone, phone)] }
        if let host = NormalText.host(text) { return [NormalValue(.host, host)] }
        return [NormalValue(.text, text)]
    }

    /// False for what many values are by coincidence: numbers of fewer than three digits (0 to 99, 0.5, 1.5) and texts of
    /// fewer than three characters. The digits are those of the shortest decimal without leading zeros: 98.70 has three.
    static func isTelling(_ value: JSON) -> Bool {
        switch value {
        case .integer, .number: return NormalNumber(value).map { $0.digits >= 3 } ?? false
        case .string(let text):
            guard text.utf8.count <= maximumLength else { return false }
            if let number = NormalNumber(text: text) { return number.digits >= 3 }
            let composed = NormalText.composed(text)
            return composed.unicodeScalars.prefix(3).count == 3
                && composed.unicodeScalars.contains(where: isSubstantial)
        case .null, .bool, .array, .object: return false
        }
    }

    /// Part of a word or a number: three dashes are no value.
    private static func isSubstantial(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

/// A number by value: its sign, its decimal digits without zeros at either end, and the power of ten.
struct NormalNumber {
    let text: String
    /// How many digits it takes to write it down, without leading zeros.
    let digits: Int

    /// Nil for what is not a number, or not finite.
    init?(_ value: JSON) {
        guard let number = ExactNumber(value) else { return nil }
        let decimal = DecimalNumber(number)
        let isNegative =
            switch number {
            case .integer(let integer): integer < 0
            case .double(let double): double < 0
            }
        self.init(isNegative: isNegative, digits: String(decimal.magnitude), exponent: decimal.exponent)
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, and nothing that is negative zero.
    init?(text: String) {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        let whole = rest.prefix(while: Self.isDigit)
        rest = rest.dropFirst(whole.count)
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: Self.isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard rest.isEmpty else { return nil }
        while fraction.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
        var all = Array(whole) + fraction
        var exponent = -fraction.count
        if exponent == 0 {
            while all.count > 1, all.last == UInt8(ascii: "0") {
                all.removeLast()
                exponent += 1
            }
        }
        let significant = all.drop { $0 == UInt8(ascii: "0") }
        guard !significant.isEmpty else {
            if isNegative { return nil }
            self.init(isNegative: false, digits: "0", exponent: 0)
            return
        }
        self.init(
            isNegative: isNegative, digits: String(decoding: significant, as: UTF8.self), exponent: exponent)
    }

    private init(isNegative: Bool, digits: String, exponent: Int) {
        text = "\(isNegative ? "-" : "")\(digits)e\(exponent)"
        self.digits = digits.utf8.count + max(0, exponent)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
