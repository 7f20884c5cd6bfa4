import StrictJSON

/// Builds the canonical form of a manifest: keys in the order of the published schema, every default written out, units
/// as a person would write them. A canonical form is a manifest too: loaded again it gives the same value.
struct CanonicalObject {
    private var members = JSONObject()

    init(kind: String? = nil) {
        guard let kind else { return }
        members["apiVersion"] = .string(Manifests.apiVersion)
        members["kind"] = .string(kind)
    }

    /// Adds a member; nil adds none.
    mutating func add(_ key: String, _ value: JSON?) {
        if let value { members[key] = value }
    }

    mutating func add(_ key: String, _ text: String?) { add(key, text.map { JSON.string($0) }) }
    mutating func add(_ key: String, _ number: Int?) { add(key, number.map { JSON.integer(Int64($0)) }) }
    mutating func add(_ key: String, _ flag: Bool?) { add(key, flag.map { JSON.bool($0) }) }
    mutating func add(_ key: String, _ texts: [String]?) { add(key, texts.map { .array($0.map { .string($0) }) }) }
    mutating func add(_ key: String, _ size: ByteCount?) { add(key, size?.json) }
    mutating func add(_ key: String, _ duration: Duration?) { add(key, duration?.text) }

    /// Adds a mapping, unless it is empty.
    mutating func add(_ key: String, _ object: CanonicalObject) {
        if !object.members.isEmpty { members[key] = object.json }
    }

    var json: JSON { .object(members) }
}

extension ByteCount {
    /// `"256MiB"`, or a number where no unit fits.
    var json: JSON {
        let text = text
        return ByteCount(text: text) == self ? .string(text) : .integer(Int64(bytes))
    }
}
