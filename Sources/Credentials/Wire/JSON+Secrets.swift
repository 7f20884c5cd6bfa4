import Foundation
import StrictJSON

/// Secrets by their names, as the wire carries them: base64 (RFC 4648, 4), since they are bytes and no texts.
extension JSON {
    init(secrets: [String: Secret]) {
        self = .object(
            JSONObject(
                uniqueMembers: secrets.sorted { $0.key < $1.key }.map { name, secret in
                    (name, JSON.string(secret.withBytes { Data($0).base64EncodedString() }))
                }))
    }

    /// Nil for what is no object of base64 texts.
    var secrets: [String: Secret]? {
        guard let object = objectValue else { return nil }
        var secrets: [String: Secret] = [:]
        for (name, value) in object {
            guard let data = value.stringValue.flatMap({ Data(base64Encoded: $0) }) else { return nil }
            secrets[name] = Secret(data)
        }
        return secrets
    }
}
