import Crypto
import Foundation
import LinuxIO

/// Signs requests as AWS wants it (Signature Version 4), as far as queries of its services by POST need it.
struct SignatureV4 {
    var accessKey: String
    var secretKey: String
    var sessionToken: String?
    var region: String
    var service: String

    /// The headers that make the request a signed one.
    ///
    /// - Parameters:
    ///   - path: Of the URL, without a query; `/` if there is none.
    ///   - headers: Those that are sent besides; `host` has to be among them.
    func headers(
        _ method: String, path: String, headers: [(String, String)], body: [UInt8], at time: Timestamp
    ) -> [(String, String)] {
        let moment = Self.moment(time)
        var all = headers + [("x-amz-date", moment)]
        if let sessionToken { all.append(("x-amz-security-token", sessionToken)) }
        let sorted = all.map { ($0.0.lowercased(), Self.trimmed($0.1)) }.sorted { $0.0 < $1.0 }
        let names = sorted.map(\.0).joined(separator: ";")
        let canonical = [
            method, path.isEmpty ? "/" : path, "", sorted.map { "\($0.0):\($0.1)\n" }.joined(), names,
            Self.hexadecimal(SHA256.hash(data: body)),
        ].joined(separator: "\n")
        let day = String(moment.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n\(Self.hexadecimal(SHA256.hash(data: Data(canonical.utf8))))"
        let signature = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key(day))
        return all + [
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), "
                    + "Signature=\(Self.hexadecimal(signature))"
            )
        ]
    }

    /// The key of a day, a region and a service.
    func key(_ day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(secretKey)".utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key)))
        }
        return key
    }

    /// `20150830T123600Z`.
    static func moment(_ time: Timestamp) -> String {
        time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
