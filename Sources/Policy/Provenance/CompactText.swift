import StrictJSON

/// A text down to what carries its meaning: letters and digits, ASCII ones in lower case, without anything between them.
/// So a value is found in a text whatever the spacing, the quotes and the escapes around it.
struct CompactText {
    private(set) var bytes: [UInt8] = []
    /// Letters and digits that stood side by side.
    private(set) var runs: [Range<Int>] = []
    private var isInRun = false

    init() {}

    init(_ text: String) { append(text) }

    /// Adds a text; its first run is one of its own.
    mutating func append(_ text: String) {
        isInRun = false
        for byte in NormalText.composed(text).utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: add(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): add(byte | 0x20)
            default: isInRun = false
            }
        }
    }

    private mutating func add(_ byte: UInt8) {
        if isInRun, let last = runs.last {
            runs[runs.count - 1] = last.lowerBound..<bytes.count + 1
        } else {
            runs.append(bytes.count..<bytes.count + 1)
            isInRun = true
        }
        bytes.append(byte)
    }

    /// True if each byte lies in a piece of `length` bytes that `contains` knows, or all of them are one shorter piece
    /// that it knows.
    static func isCovered(_ bytes: ArraySlice<UInt8>, length: Int, by contains: (Gram) -> Bool) -> Bool {
        guard bytes.count > length else { return contains(Gram(bytes)) }
        var covered = bytes.startIndex
        for start in bytes.startIndex...(bytes.endIndex - length) where contains(Gram(bytes[start..<start + length])) {
            if start > covered { return false }
            covered = start + length
        }
        return covered == bytes.endIndex
    }
}

/// A piece of at most seven bytes, and its length.
struct Gram: Hashable {
    let code: UInt64

    init(_ bytes: ArraySlice<UInt8>) {
        code = bytes.reduce(UInt64(bytes.count)) { $0 << 8 | UInt64($1) }
    }
}

extension JSON {
    /// Visits every scalar and every member's name, without recursion: a value may be as deep as its parser allows.
    func forEachScalar(_ body: (JSON) -> Void) {
        var pending = [self]
        while let value = pending.popLast() {
            switch value {
            case .array(let elements): pending.append(contentsOf: elements.reversed())
            case .object(let members):
                for (key, member) in members {
                    body(.string(key))
                    pending.append(member)
                }
            default: body(value)
            }
        }
    }
}
