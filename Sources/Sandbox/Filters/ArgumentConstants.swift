import Manifests

/// Names of constants that argument rules may use, with Linux's numbers.
enum ArgumentConstants {
    private static let values: [String: UInt64] = {
        var values: [String: UInt64] = [:]
        for table in [sockets, control, terminal] {
            for entry in table.split(whereSeparator: \.isWhitespace) {
                let parts = entry.split(separator: "=")
                guard parts.count == 2, let value = number(String(parts[1])) else { continue }
                values[String(parts[0])] = value
            }
        }
        return values
    }()

    private static let namesByValue: [UInt64: [String]] = values.reduce(into: [:]) { names, entry in
        names[entry.value, default: []].append(entry.key)
    }

    static var names: [String] { Array(values.keys) }

    /// All constants of that number, in no order.
    static func names(of value: UInt64) -> [String] { namesByValue[value] ?? [] }

    /// `AF_UNIX`, `0x5412`, `16` or `-1`, which is sign-extended to 64 bits.
    static func value(of text: String) throws(SandboxError) -> UInt64 {
        if let value = values[text] ?? number(text) { return value }
        let nearest = Nearest.match(text, among: names.sorted())
        throw SandboxError(
            .unknownName, "`\(text)` is neither a number nor a constant that argument rules know",
            remedy: nearest.map { "did you mean `\($0)`?" } ?? "write the number")
    }

    private static func number(_ text: String) -> UInt64? {
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("-") { return Int64(text).map { UInt64(bitPattern: $0) } }
        return UInt64(text)
    }
}
