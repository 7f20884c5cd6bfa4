import Hosts

extension Destination {
    /// Whether the name that a TLS hello asks for is the one of the grant.
    package func isNamed(by name: String?) -> Bool {
        switch (host, name) {
        case (.name(let own), let name?): (try? HostName.normalised(name)) == own
        case (.name, nil): false
        // RFC 6066, 3: an address is no server name.
        case (.address, nil): true
        case (.address(let own), let name?): name == own.canonicalText
        }
    }
}
