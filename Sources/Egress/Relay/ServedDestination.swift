import CEgress
import Hosts

/// A destination of a call that is being served.
final class ServedDestination {
    let wanted: EgressDestination
    let listener: Int32
    /// The number of its call.
    let call: Int
    var report = EgressReport()
    var connections: Set<Connection> = []
    /// Of `limits.bytes`, what is left.
    var allowance: Int

    init(_ wanted: EgressDestination, listener: Int32, call: Int) {
        self.wanted = wanted
        self.listener = listener
        self.call = call
        allowance = wanted.limits.bytes
    }

    /// The addresses that may be dialled; those that may not be are on record.
    func checked(_ addresses: [IPAddress]) -> [IPAddress] {
        addresses.filter { address in
            guard let word = AddressPolicy.refusal(of: address, opened: wanted.opened) else { return true }
            report.refuse(.address, AddressPolicy.words(wanted.destination, address, word))
            return false
        }
    }

    /// Whether somebody who asked for that means this: by its name, or by where it listens, as the name is inside.
    func isMeant(by target: Destination) -> Bool {
        if wanted.destination == target { return true }
        var address = ce_address()
        var port: UInt16 = 0
        guard ce_listens_at(listener, &address, &port) == 0 else { return false }
        return target == Destination(host: .address(IPAddress(address)), port: port)
    }

    /// Whether what the call sent first may go on; nil if more is needed to say.
    func judge(_ hello: ClientHello) -> Bool? {
        let isSecurePort = wanted.destination.port == 443
        switch hello {
        case .incomplete: return nil
        case .notTLS:
            if isSecurePort { report.refuse(.notTLS, "what was sent to \(wanted.destination) is no TLS") }
            return !isSecurePort
        case .malformed:
            report.refuse(.serverName, "the TLS hello to \(wanted.destination) is malformed")
            return false
        case .server(let name):
            if wanted.destination.isNamed(by: name) { return true }
            report.refuse(
                .serverName,
                "the TLS hello to \(wanted.destination) asks for \(name.map { "`\($0.prefix(100))`" } ?? "no server")")
            return false
        }
    }
}

/// A call that is being served.
final class ServedCall {
    let number: Int
    var destinations: [ServedDestination] = []
    /// For programs that insist on one.
    var proxy: ServedProxy?
    /// Of each name, once: the addresses, or who waits for them.
    var names: [String: Resolution] = [:]

    enum Resolution {
        case waiting([Connection])
        case resolved([IPAddress])
    }

    init(_ number: Int) { self.number = number }
}
