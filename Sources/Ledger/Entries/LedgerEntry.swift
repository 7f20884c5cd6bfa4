import LinuxIO
import StrictJSON

/// One kind of entry. Each becomes a JSON object with `kind` and `time`; members that have no value are left out.
package protocol LedgerEntry: Hashable, Sendable {
    /// What `kind` says: `decided`.
    static var kind: String { get }
    var time: Timestamp { get }
    /// Members whose values the entry holds commitments for, while the values themselves can be erased: `arguments`, or
    /// `decision.amendment` for a member of a member.
    static var erasable: [String] { get }
    /// The members beside `kind` and `time`.
    var members: JSONObject { get }
    /// Reads the members back.
    init(members: EntryMembers) throws(LedgerError)
}

extension LedgerEntry {
    package static var erasable: [String] { [] }

    /// The entry with all its values.
    package var json: JSON {
        var object = members
        object["kind"] = .string(Self.kind)
        object["time"] = .string(time.description)
        return .object(object)
    }

    /// Reads an entry of this kind back; members that this build does not know are left alone.
    package init(_ json: JSON) throws(LedgerError) {
        let members = try EntryMembers(json)
        guard try members.string("kind") == Self.kind else {
            throw LedgerError(.entryMalformed, "the entry is not of kind `\(Self.kind)`")
        }
        try self.init(members: members)
    }

    /// The frame that records the entry; nil if it has no canonical form or is too large.
    var frame: [UInt8]? { try? sealed().frame }

    /// The entry as it is written.
    func sealed() throws(LedgerError) -> SealedEntry { try SealedEntry(json, erasable: Self.erasable) }
}

/// The members of an entry that is read back.
package struct EntryMembers: Sendable {
    private let object: JSONObject

    init(_ json: JSON) throws(LedgerError) {
        guard let object = json.objectValue else {
            throw LedgerError(.entryMalformed, "an entry has to be a JSON object")
        }
        self.object = object
    }

    func string(_ key: String) throws(LedgerError) -> String {
        guard let value = object[key]?.stringValue else { throw missing(key, "a string") }
        return value
    }

    func optionalString(_ key: String) throws(LedgerError) -> String? {
        object[key] == nil ? nil : try string(key)
    }

    func integer(_ key: String) throws(LedgerError) -> Int64 {
        guard let value = object[key]?.integerValue else { throw missing(key, "an integer") }
        return value
    }

    func value(_ key: String) throws(LedgerError) -> JSON {
        guard let value = object[key] else { throw missing(key, "a value") }
        return value
    }

    func optionalValue(_ key: String) -> JSON? { object[key] }

    func strings(_ key: String) throws(LedgerError) -> [String] {
        guard let values = object[key]?.arrayValue else { throw missing(key, "an array of strings") }
        var strings: [String] = []
        for value in values {
            guard let string = value.stringValue else { throw missing(key, "an array of strings") }
            strings.append(string)
        }
        return strings
    }

    /// Of data; an entry without the member is about none.
    func labels() throws(LedgerError) -> [String] { object["labels"] == nil ? [] : try strings("labels") }

    func time() throws(LedgerError) -> Timestamp {
        guard let time = Timestamp(try string("time")) else { throw missing("time", "a time in UTC") }
        return time
    }

    private func missing(_ key: String, _ expected: String) -> LedgerError {
        LedgerError(.entryMalformed, "the entry's member `\(key)` has to be \(expected)")
    }
}
