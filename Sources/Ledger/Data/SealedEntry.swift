import StrictJSON

/// An entry as it is written: a frame in which commitments stand for what can be erased, and the record of that.
struct SealedEntry: Sendable {
    /// The whole frame of the log.
    let frame: [UInt8]
    /// What the erasable store gets: canonical JSON, by member `{"salt": …, "value": …}`; nil if there is nothing.
    let data: [UInt8]?

    /// An entry without anything that can be erased.
    init(_ json: JSON) throws(LedgerError) {
        try self.init(json, erasable: [])
    }

    /// - Parameter erasable: Members of the entry, or of one of its members (`decision.amendment`).
    init(_ json: JSON, erasable: [String]) throws(LedgerError) {
        guard case .object(var object) = json else {
            throw LedgerError(.entryMalformed, "an entry has to be a JSON object")
        }
        var records = JSONObject()
        for path in erasable {
            guard let value = ErasablePath.value(at: path, in: object) else { continue }
            let bytes = try Self.canonical(value)
            let commitment = Commitment(to: bytes)
            ErasablePath.set(commitment.json, at: path, in: &object)
            records[path] = commitment.record(of: value)
        }
        let payload = try Self.canonical(.object(object))
        guard payload.count <= Frame.maximumPayload else {
            throw LedgerError(
                .entryTooLarge, "an entry of \(payload.count) bytes exceeds the limit of \(Frame.maximumPayload)",
                remedy: "record what is large by its digest and size")
        }
        let data = records.isEmpty ? nil : try Self.canonical(.object(records))
        guard (data?.count ?? 0) <= DataRecord.maximumPayload else {
            throw LedgerError(
                .entryTooLarge, "an entry's data exceeds the limit of \(DataRecord.maximumPayload) bytes",
                remedy: "record what is large by its digest and size")
        }
        frame = Frame.encode(payload)
        self.data = data
    }

    private static func canonical(_ json: JSON) throws(LedgerError) -> [UInt8] {
        do {
            return try json.canonical()
        } catch {
            throw LedgerError(.entryMalformed, "an entry has no canonical form: \(error.message)", remedy: error.remedy)
        }
    }
}

/// Where in an entry a value stands that can be erased: `arguments`, or `decision.amendment`.
enum ErasablePath {
    static func value(at path: String, in object: JSONObject) -> JSON? {
        let names = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let outer = object[names[0]] else { return nil }
        return names.count == 1 ? outer : outer.objectValue?[names[1]]
    }

    static func set(_ value: JSON, at path: String, in object: inout JSONObject) {
        let names = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard names.count == 2 else {
            object[names[0]] = value
            return
        }
        guard var inner = object[names[0]]?.objectValue else { return }
        inner[names[1]] = value
        object[names[0]] = .object(inner)
    }

    /// Every place of an entry at which a commitment stands.
    static func commitments(in object: JSONObject) -> [(path: String, commitment: String)] {
        var found: [(String, String)] = []
        for (key, value) in object {
            if let commitment = Commitment.digest(of: value) {
                found.append((key, commitment))
                continue
            }
            for (inner, value) in value.objectValue ?? JSONObject() {
                if let commitment = Commitment.digest(of: value) { found.append((key + "." + inner, commitment)) }
            }
        }
        return found
    }
}
