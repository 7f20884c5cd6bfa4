import Diagnostics
import StrictJSON

/// What a browser says that it was asked for (WebAuthn Level 2, section 5.8.1).
struct ClientData {
    static let longest = 4 << 10

    /// Checks the client's data: of that type, with that challenge, from that page itself.
    static func check(
        _ bytes: [UInt8], type: String, challenge: [UInt8], origin: String
    ) throws(ApprovalRefusal) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(bytes: longest, depth: 8))
        } catch {
            throw ApprovalRefusal(.malformed, "the browser's client data is not JSON: \(error.message)")
        }
        guard json["type"]?.stringValue == type else {
            throw ApprovalRefusal(.malformed, "the browser's client data is not of type `\(type)`")
        }
        guard let text = json["challenge"]?.stringValue, let sent = Base64.urlBytes(Array(text.utf8)),
            sent == challenge
        else {
            throw ApprovalRefusal(
                .wrongSubject, "the browser signed another challenge than the statement's",
                remedy: "load the page again, and answer what it shows now")
        }
        let isCross = json["crossOrigin"] != nil && json["crossOrigin"] != .bool(false)
        guard let from = json["origin"]?.stringValue, from == origin, !isCross, json["topOrigin"] == nil else {
            let shown = VisibleText.quoted(json["origin"]?.stringValue ?? "")
            throw ApprovalRefusal(.wrongOrigin, "the page that asked was \(shown), not `\(origin)` itself")
        }
    }
}
