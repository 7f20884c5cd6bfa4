/// What a tool is given in place of a secret: worth nothing by itself, unique to one credential of one call.
///
/// The inspector puts the secret in its place in a request that the credential is for. Of any other request that holds
/// something of this shape, own or foreign, it knows that somebody tries something.
package struct Placeholder: Hashable, Sendable, CustomStringConvertible {
    package static let prefix = "agentbox-"
    /// Letters and digits after the prefix: 160 bits.
    package static let randomLength = 32
    package static let length = prefix.utf8.count + randomLength

    package let text: String

    private init(unchecked text: String) { self.text = text }

    /// One that nobody can guess.
    package static func make() -> Placeholder {
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<randomLength).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }
        return Placeholder(unchecked: prefix + String(decoding: letters, as: UTF8.self))
    }

    /// Nil if the text has not the shape of one.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.length,
            text.utf8.dropFirst(Self.prefix.utf8.count).allSatisfy(Self.isLetter)
        else { return nil }
        self.text = text
    }

    package var description: String { text }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// One of the 32 after the prefix.
    package static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
    }
}
