import StrictJSON

/// The few members of an entry that decide whether a call is open, picked out without building the whole value: a
/// log of a million entries is opened in a second rather than ten.
///
/// It reads canonical JSON that this package wrote and a checksum covers, and looks at members of the outermost
/// object only: what an agent put into its arguments cannot pass for them.
struct EntryHeadline: Equatable {
    private(set) var kind: String?
    private(set) var run: String?
    private(set) var call: String?
    private(set) var effect: String?

    init(canonical payload: UnsafeRawBufferPointer) {
        var cursor = 1
        while cursor < payload.count, payload[cursor] == UInt8(ascii: "\"") {
            let key = Self.endOfValue(payload, from: cursor)
            let value = key + 1
            let end = Self.endOfValue(payload, from: value)
            guard value < end, end <= payload.count else { return }
            take(payload[cursor..<key], payload[value..<end])
            cursor = end + 1
        }
    }

    private mutating func take(_ key: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>) {
        switch key.count {
        case 6 where key.elementsEqual("\"kind\"".utf8): kind = Self.text(value)
        case 5 where key.elementsEqual("\"run\"".utf8): run = Self.text(value)
        case 6 where key.elementsEqual("\"call\"".utf8): call = Self.text(value)
        case 8 where key.elementsEqual("\"effect\"".utf8): effect = Self.text(value)
        default: break
        }
    }

    private static func text(_ value: Slice<UnsafeRawBufferPointer>) -> String? {
        guard value.first == UInt8(ascii: "\""), value.count >= 2 else { return nil }
        if !value.contains(UInt8(ascii: "\\")) { return String(decoding: value.dropFirst().dropLast(), as: UTF8.self) }
        return try? JSON(parsing: Array(value)).stringValue
    }

    /// Where the value that begins at `start` ends: at the `,`, `:`, `}` or `]` after it.
    private static func endOfValue(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var depth = 0
        var cursor = start
        while cursor < bytes.count {
            switch bytes[cursor] {
            case UInt8(ascii: "\""):
                cursor += 1
                while cursor < bytes.count, bytes[cursor] != UInt8(ascii: "\"") {
                    cursor += bytes[cursor] == UInt8(ascii: "\\") ? 2 : 1
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return cursor }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return cursor }
            default:
                break
            }
            cursor += 1
        }
        return bytes.count
    }
}
