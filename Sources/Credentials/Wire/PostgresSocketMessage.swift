import StrictJSON

/// What the host says to the process that serves one call's PostgreSQL socket: once, with the socket that listens beside
/// it. The process ends with the call.
package struct PostgresSocketMessage: Sendable {
    /// The server. Of its secrets there are the roots of certificates and no others.
    package var source: SourceCall
    package var username: String
    package var password: Secret
    /// Connections at once.
    package var connections: Int

    package init(source: SourceCall, username: String, password: Secret, connections: Int) {
        self.source = source
        self.username = username
        self.password = password
        self.connections = connections
    }

    package func encoded() -> [UInt8] {
        let json: JSON = [
            "serve": source.json, "username": .string(username), "connections": .integer(Int64(connections)),
            "secrets": JSON(secrets: ["password": password]),
        ]
        return json.encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes, limits: JSONLimits(bytes: SourceMessage.mostBytes)),
            let source = json["serve"].flatMap(SourceCall.init), let username = json["username"]?.stringValue,
            let connections = json["connections"]?.integerValue, (1...64).contains(connections),
            let password = json["secrets"]?.secrets?["password"]
        else { return nil }
        self.init(source: source, username: username, password: password, connections: Int(connections))
    }
}

/// What that process answers: that it serves, or why not.
package struct PostgresSocketAnswer: Sendable {
    package var refusal: String?

    package init(refusal: String? = nil) { self.refusal = refusal }

    package func encoded() -> [UInt8] {
        let json: JSON = refusal.map { ["refused": .string($0)] } ?? ["served": true]
        return json.encoded()
    }

    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes, limits: JSONLimits(bytes: 4096)) else { return nil }
        if json["served"] == true {
            self.init()
        } else if let reason = json["refused"]?.stringValue {
            self.init(refusal: reason)
        } else {
            return nil
        }
    }
}
