/// Where a call may connect to: a host and one of its TCP ports.
package struct Destination: Hashable, Sendable, CustomStringConvertible {
    package let host: Host
    package let port: UInt16

    package init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `example.com:443`, `10.0.0.1:80`, `[2001:db8::1]:80`, or a URL, whose scheme may say the port.
    package init(_ text: String) throws(HostRefusal) {
        let place = try HostArgument.place(text)
        if place.scheme != nil, let hidden = Self.hiddenInPath(of: text) { throw hidden }
        guard let port = place.port ?? place.scheme.flatMap({ Self.ports[$0] }) else {
            throw HostRefusal("it has no port: write `\(Self.shown(place.host)):443`, or a URL such as `https://…`")
        }
        self.init(host: place.host, port: port)
    }

    /// `example.com:443`, `[2001:db8::1]:443`.
    package var description: String { "\(Self.shown(host)):\(port)" }

    private static func shown(_ host: Host) -> String {
        switch host {
        case .name(let name): name
        case .address(let address): address.isVersion6 ? "[\(address.canonicalText)]" : address.canonicalText
        }
    }

    /// What servers and their proxies decode at different times: for one `/a%2f..%2fb` is a name, for another a path.
    private static func hiddenInPath(of text: String) -> HostRefusal? {
        let path = text.prefix { $0 != "?" && $0 != "#" }.lowercased()
        for (code, meaning) in [("%2f", "slash"), ("%5c", "backslash"), ("%00", "NUL"), ("%0d", "CR"), ("%0a", "LF")]
        where path.contains(code) {
            return HostRefusal("its path holds a percent-encoded \(meaning)")
        }
        return nil
    }

    /// What a scheme means without a port (IANA's registries of schemes and of services).
    private static let ports: [String: UInt16] = [
        "http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "ftps": 990, "sftp": 22, "ssh": 22, "scp": 22,
        "rsync": 873, "telnet": 23, "git": 9418, "git+http": 80, "git+https": 443, "git+ssh": 22, "svn": 3690,
        "svn+ssh": 22, "hg+https": 443, "hg+ssh": 22, "smtp": 25, "smtps": 465, "imap": 143, "imaps": 993, "pop3": 110,
        "pop3s": 995, "ldap": 389, "ldaps": 636, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mariadb": 3306,
        "redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671, "mqtt": 1883, "mqtts": 8883, "nats": 4222,
    ]
}
