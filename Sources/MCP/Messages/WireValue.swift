import StrictJSON

/// A part of a message with a type of its own.
///
/// INVARIANT: nothing is lost. What a type does not name it keeps in `others`, so reading and writing gives equal JSON
/// and members of later revisions survive.
package protocol WireValue {
    /// How errors call it.
    static var wireName: String { get }
    init(reading members: inout MemberReader) throws(MCPError)
    func write(_ members: inout JSONObject)
}

extension WireValue {
    /// Reads the value, or says which member is missing or of the wrong type.
    package init(wire json: JSON) throws(MCPError) {
        guard case .object(let members) = json else {
            throw MCPError.invalidParameters("\(Self.wireName) is not an object")
        }
        try self.init(wire: members)
    }

    /// Reads the value from an object.
    package init(wire members: JSONObject) throws(MCPError) {
        var reader = MemberReader(members, of: Self.wireName)
        try self.init(reading: &reader)
    }

    package var wireMembers: JSONObject {
        var members = JSONObject()
        write(&members)
        return members
    }

    package var wire: JSON { .object(wireMembers) }
}

extension JSONObject {
    mutating func append(_ others: JSONObject) {
        for (key, value) in others { self[key] = value }
    }
}
