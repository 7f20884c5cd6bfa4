import Store

/// 256 random bits that open the console: a link's, a session's or a form's. It does not print.
struct ConsoleSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    static func random() -> ConsoleSecret {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = ""
        for _ in 0..<32 {
            let byte = UInt8.random(in: 0...255, using: &generator)
            text.unicodeScalars.append(digits[Int(byte >> 4)])
            text.unicodeScalars.append(digits[Int(byte & 15)])
        }
        return ConsoleSecret(text: text)
    }

    private init(text: String) { self.text = text }

    /// For the one place that it is meant for: a link, a cookie, a hidden field.
    var revealed: String { text }

    /// What is kept and looked up in its place: comparing digests tells nothing of the secret by the time that it takes.
    var digest: Digest { Self.digest(of: text) }

    /// Of what somebody presents as a secret.
    static func digest(of text: String) -> Digest { .of(Array(text.utf8)) }

    var description: String { "(secret)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
