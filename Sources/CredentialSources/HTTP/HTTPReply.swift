import Credentials
import StrictJSON

/// What a server answered.
struct HTTPReply: Sendable {
    /// The server, for messages.
    let place: String
    let status: Int
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }

    /// What a status that is no success says. 429 and what is above 500 say nothing about the request: sealed, standby,
    /// overloaded. One below 400 is none that was agreed on.
    var code: CredentialError.Code {
        switch status {
        case 429, 500...: .unreachable
        case 400..<500: .refused
        default: .malformed
        }
    }

    /// The server has not done what it was asked (RFC 9110, 15.5 and 15.6.4). A gateway's 502 or 504 does not say so.
    var leavesNothing: Bool { (400..<500).contains(status) || status == 503 }

    /// The body, if it is strict JSON of a depth that such answers have; else nil.
    var json: JSON? { try? JSON(parsing: body, limits: JSONLimits(bytes: HTTPCaller.mostBytes, depth: 32)) }

    /// The body of a success.
    func object() throws(CredentialError) -> JSON {
        guard let json, json.objectValue != nil else {
            throw CredentialError(.malformed, "\(place) answered no JSON object (status \(status))")
        }
        return json
    }

    /// A text of a success that nobody can do without.
    static func text(_ json: JSON?, _ name: String, of place: String) throws(CredentialError) -> String {
        guard let text = json?[name]?.stringValue, !text.isEmpty,
            text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A || $0 == 0x0D })
        else { throw CredentialError(.malformed, "\(place) answered without `\(name)`") }
        return text
    }
}

/// Bodies and parts of URLs as forms have them (the WHATWG's `application/x-www-form-urlencoded`).
enum FormEncoding {
    static func body(_ fields: [(String, String)]) -> [UInt8] {
        Array(fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&").utf8)
    }

    /// RFC 3986, 2.3: everything but unreserved characters is percent-encoded, a space too.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
