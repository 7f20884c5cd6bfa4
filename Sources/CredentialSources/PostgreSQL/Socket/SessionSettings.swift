/// What a client says of itself, held against what it may be.
struct SessionSettings: Hashable, Sendable {
    /// For the server, as switches of its process: `-c name=value …`.
    let options: String
    /// Options of the protocol that nobody here knows.
    let unknown: [String]

    /// Why a client is not let in: a SQLSTATE and words.
    struct Refusal: Error, Hashable {
        let state: String
        let reason: String
    }

    init(_ parameters: [StartupPacket.Parameter], role: String, database: String) throws(Refusal) {
        var named: [String: String] = [:]
        for parameter in parameters { named[parameter.name] = parameter.value }
        guard named["user"] == role else {
            throw Refusal(state: "28000", reason: "this socket is for the role \(role)")
        }
        guard named["database", default: role] == database else {
            throw Refusal(state: "3D000", reason: "this socket is for the database \(database)")
        }
        // Attack: a walsender is another protocol, with commands that no grant speaks of.
        guard named["replication"] == nil else {
            throw Refusal(state: "42501", reason: "this socket is for no replication")
        }
        var words = named["options"].map { [$0] } ?? []
        var unknown: [String] = []
        for parameter in parameters where !["user", "database", "options"].contains(parameter.name) {
            if parameter.name.hasPrefix("_pq_.") {
                unknown.append(parameter.name)
                continue
            }
            guard parameter.name.utf8.allSatisfy(Self.isOfName) else {
                throw Refusal(state: "42704", reason: "a setting has no such name")
            }
            words.append("-c \(parameter.name)=\(Self.escaped(parameter.value))")
        }
        options = words.joined(separator: " ")
        self.unknown = unknown
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    /// The server parts switches at white space that has no backslash before it.
    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            if scalar == "\\" || scalar.properties.isWhitespace { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
