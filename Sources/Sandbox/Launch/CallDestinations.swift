import CSandbox
import Hosts

/// Where the destinations of one call are reached inside: each name at an address of the call's loopback, an address
/// by number at itself.
package struct CallDestinations: Sendable {
    /// In the order of the sockets that init makes; the proxy's is behind them.
    package let all: [Destination]
    package let hasProxy: Bool
    let listeners: [plan_listener]
    /// Lines for `/etc/hosts`.
    let hostsLines: String

    /// A call that has more is refused.
    package static let limit = Int(PLAN_MAX_LISTENERS)

    /// - Throws: `SandboxError` if there are too many.
    ///
    /// - Parameter hasProxy: There is a proxy too, for programs that insist on one.
    package init(_ destinations: [Destination], hasProxy: Bool = false) throws(SandboxError) {
        guard destinations.count + (hasProxy ? 1 : 0) <= Self.limit else {
            throw SandboxError(
                .invalidSpecification, "the call names \(destinations.count) destinations; the limit is \(Self.limit)",
                remedy: "split the call")
        }
        var places: [String: IPAddress] = [:]
        var listeners: [plan_listener] = []
        var lines = ""
        for destination in destinations {
            let address: IPAddress
            switch destination.host {
            case .address(let own): address = own
            case .name(let name):
                if let known = places[name] {
                    address = known
                } else {
                    // 127.80.0.0/16: nothing else of a view listens there.
                    address = IPAddress(isVersion6: false, bits: 0x7F50_0001 + UInt128(places.count))
                    places[name] = address
                    lines += "\(address.canonicalText) \(name)\n"
                }
            }
            listeners.append(plan_listener(address, port: destination.port))
        }
        if hasProxy { listeners.append(plan_listener(Self.proxyAddress, port: Self.proxyPort)) }
        all = destinations
        self.hasProxy = hasProxy
        self.listeners = listeners
        hostsLines = lines
    }
}

extension CallDestinations {
    private static let proxyAddress = IPAddress(isVersion6: false, bits: 0x7F50_FFFE)
    private static let proxyPort: UInt16 = 3128

    /// By what programs find the proxy, in both spellings: there is no rule for which one a program reads.
    package var environment: [(String, String)] {
        guard hasProxy else { return [] }
        let place = "\(Self.proxyAddress.canonicalText):\(Self.proxyPort)"
        let variables = [
            ("HTTP_PROXY", "http://" + place), ("HTTPS_PROXY", "http://" + place), ("ALL_PROXY", "socks5h://" + place),
            // What a program serves to itself.
            ("NO_PROXY", "localhost,127.0.0.1,::1"),
        ]
        return variables + variables.map { ($0.0.lowercased(), $0.1) }
    }
}

extension plan_listener {
    fileprivate init(_ address: IPAddress, port: UInt16) {
        self.init()
        is_version_6 = address.isVersion6 ? 1 : 0
        self.port = UInt32(port)
        let bits = address.isVersion6 ? address.bits : address.bits << 96
        withUnsafeMutableBytes(of: &self.address) { bytes in
            for index in 0..<16 { bytes[index] = UInt8(truncatingIfNeeded: bits >> (120 - 8 * index)) }
        }
    }
}
