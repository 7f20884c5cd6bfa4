import LinuxIO
import StrictJSON

extension LeaseHandle {
    var json: JSON { ["lease": .string(lease), "details": details, "scope": scope] }

    init?(_ json: JSON) {
        guard let lease = json["lease"]?.stringValue, let details = json["details"], let scope = json["scope"] else {
            return nil
        }
        self.init(lease: lease, details: details, scope: scope)
    }
}

extension MintedCredential {
    var json: JSON {
        var object: JSONObject = ["fields": JSON(secrets: fields), "handle": handle.json]
        object["expires"] = expires.map { .string($0.description) }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let fields = json["fields"]?.secrets, let handle = json["handle"].flatMap(LeaseHandle.init) else {
            return nil
        }
        var expires: Timestamp?
        if let text = json["expires"] {
            guard let time = text.stringValue.flatMap({ Timestamp($0) }) else { return nil }
            expires = time
        }
        self.init(fields: fields, handle: handle, expires: expires)
    }
}
