/// A text with signatures of named keys (C2SP signed-note): the text, an empty line, then a line a signature.
package struct SignedNote: Hashable, Sendable {
    /// What is signed, with the line feed at its end.
    package let text: String
    package let signatures: [Signature]

    /// One line of signature.
    package struct Signature: Hashable, Sendable {
        package let name: String
        /// Which of the keys of that name.
        let identifier: UInt32
        let bytes: [UInt8]
    }

    /// Notes longer than this are refused, as those with more signatures than `signatureLimit`.
    static let sizeLimit = 64 << 10
    static let signatureLimit = 100

    init(_ text: String, signedBy key: SigningKey) throws(LedgerError) {
        self.text = text
        let signature = try key.signature(of: Array(text.utf8))
        signatures = [
            Signature(name: key.verifier.name, identifier: key.verifier.identifier, bytes: signature)
        ]
    }

    /// Reads a note. Which signatures are good is another question: `verified`.
    package init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
        guard bytes.count <= Self.sizeLimit else {
            throw Self.malformed("it has more than \(Self.sizeLimit) bytes")
        }
        guard let whole = String(validating: Array(bytes), as: UTF8.self) else {
            throw Self.malformed("it is not UTF-8")
        }
        guard whole.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" }) else {
            throw Self.malformed("it holds control characters")
        }
        guard whole.utf8.last == UInt8(ascii: "\n") else { throw Self.malformed("it does not end with a line feed") }
        // The text may hold empty lines itself: the last one is followed by the signatures.
        var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard let empty = lines.lastIndex(of: ""), empty > lines.startIndex else {
            throw Self.malformed("no empty line separates a text from signatures")
        }
        text = lines[..<empty].joined(separator: "\n") + "\n"
        lines = lines[(empty + 1)...]
        guard !lines.isEmpty, lines.count <= Self.signatureLimit else {
            throw Self.malformed("it has \(lines.count) signatures")
        }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
    }

    /// The note as it is written.
    package var encoded: String {
        let lines = signatures.map { signature in
            let hint = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: signature.identifier >> UInt32($0)) }
            return "— \(signature.name) \(Base64.encode(hint + signature.bytes))\n"
        }
        return text + "\n" + lines.joined()
    }

    /// Those of `keys` that signed the note. Signatures by other keys count for nothing.
    ///
    /// - Throws: `LedgerError` if a signature that one of the keys is said to have made is not its own.
    package func verified(by keys: [VerifierKey]) throws(LedgerError) -> [VerifierKey] {
        let message = Array(text.utf8)
        var found: [VerifierKey] = []
        for signature in signatures {
            let key = keys.first { $0.name == signature.name && $0.identifier == signature.identifier }
            guard let key, !found.contains(key) else { continue }
            guard key.verifies(signature.bytes, of: message) else {
                throw LedgerError(
                    .signatureWrong, "the signature of `\(key.name)` does not fit what is signed",
                    remedy: "the text or the signature was changed: get it again from where it came from")
            }
            found.append(key)
        }
        return found
    }

    private static func signature(_ line: Substring) throws(LedgerError) -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "—", KeyName.isValid(String(parts[1])),
            let bytes = Base64.decode(parts[2]), bytes.count > 4
        else { throw malformed("`\(line.prefix(80))` is no line of signature") }
        return Signature(
            name: String(parts[1]), identifier: bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(bytes[4...]))
    }

    private static func malformed(_ why: String) -> LedgerError {
        LedgerError(.noteMalformed, "that is no signed note: \(why)")
    }
}
