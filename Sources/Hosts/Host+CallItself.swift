extension Host {
    /// True of `localhost` and of what is beneath it (RFC 6761, 6.3). Inside of a call, or of an agent's box, that is the
    /// loopback of its own, where nothing listens for it: a program never asks anybody where such a name leads.
    package var isCallItself: Bool {
        guard case .name(let name) = self else { return false }
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    /// What is said of one that was meant as this machine.
    package static let callItself = "`localhost` is the call itself there, never this host"
    package static let callItselfRemedy =
        "name a server of this host by its address, as `127.0.0.1:8080`, or by the host's own name and `within`"
}
