import StrictJSON

/// What became of one injected credential of one call.
package struct InjectionReport: Hashable, Sendable {
    /// The credential's name.
    package var name: String
    /// Requests that carried the secret to the destination.
    package var uses = 0
    /// How often it stood in an answer, in some encoding, and was taken out.
    package var scrubbed = 0
    /// Cookies that were kept from the tool: an origin sets them for whoever had the secret.
    package var cookies = 0
    /// Requests with its placeholder that were refused.
    package var refusals: [Reason: Int] = [:]

    package init(name: String) { self.name = name }

    /// Why a request with a placeholder was refused.
    package enum Reason: String, Hashable, Sendable, CaseIterable, Comparable {
        /// It went to another destination.
        case host = "wrong host"
        case method = "wrong method"
        case path = "wrong path"
        /// It was one more than the credential may be used for.
        case count
        /// It stood elsewhere than in a header that authenticates: in the URL, in the body, in another header.
        case place = "wrong place"

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    package var json: JSON {
        var refused = JSONObject()
        for reason in refusals.keys.sorted() { refused[reason.rawValue] = .integer(Int64(refusals[reason] ?? 0)) }
        return [
            "name": .string(name), "uses": .integer(Int64(uses)), "scrubbed": .integer(Int64(scrubbed)),
            "cookies": .integer(Int64(cookies)), "refusals": .object(refused),
        ]
    }

    init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue, let uses = json["uses"]?.count,
            let scrubbed = json["scrubbed"]?.count, let cookies = json["cookies"]?.count,
            let refusals = json["refusals"]?.objectValue
        else { return nil }
        self.name = name
        self.uses = uses
        self.scrubbed = scrubbed
        self.cookies = cookies
        for (key, value) in refusals {
            guard let reason = Reason(rawValue: key), let count = value.count else { return nil }
            self.refusals[reason] = count
        }
    }
}
