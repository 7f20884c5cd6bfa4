/// 16 random bytes in hexadecimal digits: what makes two alike calls, or two alike questions, different ones.
package struct Nonce: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A new one, from the system's generator.
    package static func make() -> Nonce {
        var random = SystemRandomNumberGenerator()
        return Nonce((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// Nil if the text is not 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard let bytes = Hex.bytes(Array(text.utf8)), bytes.count == 16 else { return nil }
        description = text
    }

    private init(_ bytes: [UInt8]) { description = Hex.text(bytes) }
}
