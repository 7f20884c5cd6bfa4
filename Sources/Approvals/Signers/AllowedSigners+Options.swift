import Diagnostics

extension AllowedSigners {
    /// The options of a key line: `cert-authority,namespaces="approval@agentbox.dev",valid-before="20280101Z"`.
    struct Options {
        var isAuthority = false
        var namespaces: PatternList?
        var validAfter: Moment?
        var validBefore: Moment?

        init() {}

        init(_ word: SignerLine.Word, _ line: SignerLine) throws(ApprovalFileError) {
            var seen: Set<String> = []
            for (text, place) in Self.split(word) {
                let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
                let name = (equals.map { String(text[..<$0]) } ?? text).lowercased()
                guard seen.insert(name).inserted else {
                    throw line.problem(.invalidLine, at: place, "the option `\(VisibleText.line(name))` occurs twice")
                }
                let value = equals.map { String(text[text.utf8.index(after: $0)...]) }
                switch (name, value) {
                case ("cert-authority", nil): isAuthority = true
                case ("namespaces", let value?):
                    guard let list = PatternList(try Self.unquoted(value, place, line)) else {
                        throw line.problem(.invalidLine, at: place, "the list of namespaces has an empty one")
                    }
                    namespaces = list
                case ("valid-after", let value?):
                    validAfter = try Self.moment(try Self.unquoted(value, place, line), name, place, line)
                case ("valid-before", let value?):
                    validBefore = try Self.moment(try Self.unquoted(value, place, line), name, place, line)
                default: throw Self.unknown(name, place, line)
                }
            }
        }

        /// At the commas that are not in quotation marks.
        private static func split(_ word: SignerLine.Word) -> [(String, Int)] {
            var parts: [(String, Int)] = []
            var part: [UInt8] = []
            var start = word.place
            var isQuoted = false
            for (offset, byte) in word.text.utf8.enumerated() {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                if byte == UInt8(ascii: ","), !isQuoted {
                    parts.append((String(decoding: part, as: UTF8.self), start))
                    part = []
                    start = word.place + offset + 1
                } else {
                    part.append(byte)
                }
            }
            return parts + [(String(decoding: part, as: UTF8.self), start)]
        }

        private static func unquoted(
            _ value: String, _ place: Int, _ line: SignerLine
        ) throws(ApprovalFileError) -> String {
            let inner = value.dropFirst().dropLast()
            guard value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\""),
                !inner.utf8.contains(where: { "\"\\".utf8.contains($0) })
            else {
                throw line.problem(
                    .invalidLine, at: place,
                    "the option's value has to stand between quotation marks, without any in it")
            }
            return String(inner)
        }

        private static func moment(
            _ text: String, _ name: String, _ place: Int, _ line: SignerLine
        ) throws(ApprovalFileError) -> Moment {
            guard let moment = SignerTime.moment(text) else {
                throw line.problem(
                    .invalidLine, at: place, "`\(name)` is \(VisibleText.quoted(text)), which is no time in UTC",
                    remedy: "write `20280101Z`, `202801011200Z` or `20280101120000Z`: without `Z` a time would depend "
                        + "on where it is read")
            }
            return moment
        }

        private static func unknown(_ name: String, _ place: Int, _ line: SignerLine) -> ApprovalFileError {
            let remedy: String? =
                switch name {
                case "verify-required":
                    "write it as a comment, which ssh-keygen skips: `# agentbox: verify-required NAMES`"
                case "roles", "role": "write it as a comment, which ssh-keygen skips: `# agentbox: role ROLE NAMES`"
                case "no-touch-required": "remove it: a security key has to be touched"
                default:
                    "`cert-authority`, `namespaces=\"…\"`, `valid-after=\"…\"` and `valid-before=\"…\"` are options"
                }
            return line.problem(
                .unknownOption, at: place, "\(VisibleText.quoted(name)) is no option that can be honoured",
                remedy: remedy)
        }
    }
}

/// Times as ssh-keygen writes them, in UTC: `20280101Z`, `202801011200Z`, `20280101120000Z`.
enum SignerTime {
    static func moment(_ text: String) -> Moment? {
        let bytes = Array(text.utf8)
        guard [9, 13, 15].contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
            bytes.dropLast().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let digits = Array(bytes.dropLast()) + [UInt8](repeating: UInt8(ascii: "0"), count: 15 - bytes.count)
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        return Moment(
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
    }
}
