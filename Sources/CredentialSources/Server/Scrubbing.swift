import Credentials
import Diagnostics
import Foundation

/// Takes secrets out of what a server said, which goes into messages and from there to agents and into the ledger.
///
/// Attack: a server, or whoever answers in its place, repeats what it was sent.
struct Scrubbing: Sendable {
    /// The longest first: what holds another one goes as a whole.
    private let forms: [[UInt8]]
    /// Of base 64, without the letters that stand for neighbours too.
    private let encoded: [[UInt8]]

    private static let shortest = 6

    /// - Parameter secrets: Whatever was sent or received. Short ones are in texts by chance, and stay.
    init(_ secrets: some Sequence<Secret>) {
        var forms: Set<[UInt8]> = []
        var encoded: Set<[UInt8]> = []
        for secret in secrets {
            let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            for whole in [text, trimmed] {
                let percent = whole.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? whole
                // A part of a header or of a form is encoded before the whole is.
                for form in [whole, percent, FormEncoding.encoded(whole)] where form.utf8.count >= Self.shortest {
                    let bytes = Array(form.utf8)
                    forms.insert(bytes)
                    for isUpper in [false, true] {
                        forms.insert(Array(bytes.map { Self.hexadecimal($0, isUpper) }.joined().utf8))
                    }
                    for before in 0..<3 { encoded.formUnion(Self.base64(bytes, after: before)) }
                }
            }
        }
        self.forms = forms.sorted { $0.count > $1.count }
        self.encoded = encoded.sorted { $0.count > $1.count }
    }

    private static func hexadecimal(_ byte: UInt8, _ isUpper: Bool) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: isUpper)
    }

    /// What stands in base 64 for these bytes and nothing else, in both alphabets (RFC 4648, 4 and 5), if so many bytes come
    /// before them in their group of three: `id:` before a password, say.
    private static func base64(_ bytes: [UInt8], after before: Int) -> [[UInt8]] {
        let letters = Array(Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString().utf8)
        let own = Array(letters[((before * 8 + 5) / 6)..<((before + bytes.count) * 8 / 6)])
        let other = own.map {
            $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
        }
        return [own, other]
    }

    /// One line, of bounded length, without secrets.
    func callAsFunction(_ text: String) -> String {
        // By bytes: a sign that joins the last letter would make another character of it.
        var bytes = Array(text.utf8)
        for form in encoded { bytes = Self.cut(form, from: bytes, withNeighbours: true) }
        for form in forms { bytes = Self.cut(form, from: bytes, withNeighbours: false) }
        let visible = Self.visible(bytes)
        guard !(forms + encoded).contains(where: { Self.place(of: Self.visible($0), in: visible, from: 0) != nil })
        else {
            return "(what it said holds a secret, and is not shown)"
        }
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: { $0.isNewline || $0 == "\t" })
        return VisibleText.line(line.joined(separator: " "), limit: 300)
    }

    /// Attack: the secret with something between its letters that is not seen.
    private static func visible(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { (0x21...0x7E).contains($0) } }

    private static func place(of form: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard form.count >= shortest, bytes.count - start >= form.count else { return nil }
        return (start...(bytes.count - form.count)).first { at in
            bytes[at] == form[0] && bytes[at..<(at + form.count)].elementsEqual(form)
        }
    }

    /// - Parameter withNeighbours: The whole word of base 64 goes: its other letters tell bits of the secret.
    private static func cut(_ form: [UInt8], from bytes: [UInt8], withNeighbours: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var done = 0
        while let place = place(of: form, in: bytes, from: done) {
            var (start, end) = (place, place + form.count)
            if withNeighbours {
                while start > done, isBase64(bytes[start - 1]) { start -= 1 }
                while end < bytes.count, isBase64(bytes[end]) || bytes[end] == UInt8(ascii: "=") { end += 1 }
            }
            result += bytes[done..<start] + Array("(secret)".utf8)
            done = end
        }
        return result + bytes[done...]
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "+/-_".utf8.contains(byte)
        }
    }

    func callAsFunction(_ error: CredentialError) -> CredentialError {
        CredentialError(
            error.reason, self(error.message), remedy: error.remedy.map { self($0) },
            leavesNothing: error.leavesNothing)
    }

    func callAsFunction(_ result: ProbeResult) -> ProbeResult {
        switch result {
        case .refused(let reason): .refused(self(reason))
        case .accepted(let reason): .accepted(self(reason))
        case .unknown(let reason): .unknown(self(reason))
        }
    }
}
