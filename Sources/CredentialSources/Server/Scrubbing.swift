import Credentials
import Diagnostics
import Foundation

/// Takes secrets out of what a server said, which goes into messages and from there to agents and into the ledger.
///
/// Attack: a server, or whoever answers in its place, repeats what it was sent.
struct Scrubbing: Sendable {
    private let forms: [String]

    /// - Parameter secrets: Whatever was sent or received. Short ones are in texts by chance, and stay.
    init(_ secrets: some Sequence<Secret>) {
        var forms: Set<String> = []
        for secret in secrets where secret.count >= 6 {
            let data = secret.withBytes { Data($0) }
            let text = String(decoding: data, as: UTF8.self)
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            for form in [text, trimmed] where form.utf8.count >= 6 {
                let bytes = Data(form.utf8)
                forms.insert(form)
                forms.insert(bytes.base64EncodedString())
                forms.insert(bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"))
                forms.insert(bytes.map { Self.hexadecimal($0) }.joined())
                forms.insert(form.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? form)
            }
        }
        // The longest first: what holds another one goes as a whole.
        self.forms = forms.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// One line, of bounded length, without secrets.
    func callAsFunction(_ text: String) -> String {
        var text = text
        for form in forms { text = text.replacing(form, with: "(secret)") }
        let line = text.split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
        return VisibleText.line(line, limit: 300)
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
