import Manifests

/// Tells a file that agentbox may take for a manifest by what is in it, without parsing what a stranger wrote.
///
/// Attack: an agent leaves an intent, a tool or a profile under a harmless name, for the next `agentbox run` to obey.
enum ManifestText {
    /// More than this agentbox does not read as a manifest.
    static let mostBytes = Manifests.maximumBytes

    /// True if the bytes say `apiVersion` and `agentbox.dev/`, written out or with the escapes of JSON and YAML.
    static func isManifest(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= mostBytes else { return false }
        let text = bytes.contains(UInt8(ascii: "\\")) ? unescaped(bytes) : bytes
        return contains(text, "agentbox.dev/") && contains(text, "apiVersion")
    }

    private static func contains(_ text: [UInt8], _ word: StaticString) -> Bool {
        let word = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        guard let first = word.first else { return false }
        for start in text.indices where text[start] == first && text[start...].starts(with: word) { return true }
        return false
    }

    /// Each `\uXXXX`, `\xXX` and `\UXXXXXXXX` of an ASCII character as that, a line that is continued by `\` joined with
    /// the next, and of every other escape the character behind the backslash.
    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                text.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "\n"):
                rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            case UInt8(ascii: "x"): take(2, of: &rest, into: &text)
            case UInt8(ascii: "u"): take(4, of: &rest, into: &text)
            case UInt8(ascii: "U"): take(8, of: &rest, into: &text)
            default: text.append(kind)
            }
        }
        return text
    }

    private static func take(_ count: Int, of rest: inout ArraySlice<UInt8>, into text: inout [UInt8]) {
        let digits = rest.prefix(count)
        guard digits.count == count, let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
            return
        }
        rest = rest.dropFirst(count)
        text.append(UInt8(exactly: number) ?? UInt8(ascii: "?"))
    }
}
