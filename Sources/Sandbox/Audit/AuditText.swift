/// The text of one audit record as the kernel writes it: `audit(1796089362.899:696): key=value key="text" …`.
///
/// Attack: names that somebody chose, of programs and files, hold what looks like another field. The kernel writes a name
/// with a space, a quotation mark, or a byte that is no printable ASCII in hexadecimal, without quotation marks. So a
/// blank always ends a field, what is quoted holds no quotation mark, and a record that is otherwise is none.
struct AuditText {
    /// What all records of one event share.
    struct Event: Hashable, Sendable {
        let seconds: UInt64
        let milliseconds: UInt64
        let serial: UInt64
    }

    let event: Event
    /// After the event, as it is.
    let rest: ArraySlice<UInt8>

    /// Nil if it does not begin as a record does.
    init?(_ bytes: [UInt8]) {
        let head = Array("audit(".utf8)
        guard bytes.starts(with: head), let end = bytes.firstIndex(of: UInt8(ascii: ")")) else { return nil }
        let stamp = bytes[head.count..<end]
        guard let dot = stamp.firstIndex(of: UInt8(ascii: ".")), let colon = stamp.lastIndex(of: UInt8(ascii: ":")),
            dot < colon, let seconds = Self.number(stamp[..<dot], radix: 10),
            let milliseconds = Self.number(stamp[(dot + 1)..<colon], radix: 10),
            let serial = Self.number(stamp[(colon + 1)...], radix: 10),
            bytes[(end + 1)...].first == UInt8(ascii: ":")
        else { return nil }
        event = Event(seconds: seconds, milliseconds: milliseconds, serial: serial)
        rest = bytes[(end + 2)...]
    }

    /// The fields by their names; nil if the record does not hold together. A name that stands there twice has no value:
    /// nobody could say which is meant.
    func fields() -> [String: Value]? {
        var fields: [String: Value?] = [:]
        for word in rest.split(separator: UInt8(ascii: " ")) {
            guard let sign = word.firstIndex(of: UInt8(ascii: "=")), sign > word.startIndex else { return nil }
            let value = word[(sign + 1)...]
            guard word.allSatisfy({ (0x21...0x7e).contains($0) }), let value = Value(value) else { return nil }
            let name = String(decoding: word[..<sign], as: UTF8.self)
            fields[name] = fields[name] == nil ? .some(value) : .some(nil)
        }
        return fields.compactMapValues { $0 }
    }

    /// What stands behind the `=`.
    struct Value: Hashable, Sendable {
        private let bytes: ArraySlice<UInt8>
        private let isQuoted: Bool

        fileprivate init?(_ bytes: ArraySlice<UInt8>) {
            let quote = UInt8(ascii: "\"")
            isQuoted = bytes.first == quote
            guard isQuoted else {
                guard !bytes.contains(quote) else { return nil }
                self.bytes = bytes
                return
            }
            guard bytes.count >= 2, bytes.last == quote else { return nil }
            self.bytes = bytes.dropFirst().dropLast()
            if self.bytes.contains(quote) { return nil }
        }

        /// What the kernel itself says: a word.
        var word: String? { isQuoted ? nil : String(decoding: bytes, as: UTF8.self) }

        func number(radix: Int) -> UInt64? { isQuoted ? nil : AuditText.number(bytes, radix: radix) }

        /// A decimal number with its sign.
        var signed: Int64? { isQuoted ? nil : Int64(String(decoding: bytes, as: UTF8.self)) }

        /// What somebody chose: quoted as it is, or in hexadecimal.
        var text: [UInt8]? {
            if isQuoted { return Array(bytes) }
            guard !bytes.isEmpty, bytes.count.isMultiple(of: 2) else { return nil }
            var decoded: [UInt8] = []
            for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 2) {
                guard let byte = AuditText.number(bytes[start..<start + 2], radix: 16) else { return nil }
                decoded.append(UInt8(byte))
            }
            return decoded
        }
    }

    /// Digits and nothing else.
    private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> UInt64? {
        guard digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: radix)
    }
}
