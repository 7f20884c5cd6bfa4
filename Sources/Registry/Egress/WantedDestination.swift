import Egress
import HTTPRules
import Hosts
import Sandbox

/// One destination of a call, of all grants that name it and with the credentials that go to it.
struct WantedDestination {
    var egress: EgressDestination
    /// Nil: it is relayed as it is.
    var inspection: Inspection?
    var isPlain: Bool

    struct Inspection {
        var rules: [RequestRule]
        /// Files of the tool.
        var trust: [String]
    }

    /// One a destination: two grants of one open what both open.
    ///
    /// - Throws: `RegistryError` if two grants of one destination differ in kind, or if a credential has none to go to.
    static func all(
        of grants: [ResolvedGrant], _ injections: [Injection], limits: EgressLimits
    ) throws(RegistryError) -> [WantedDestination] {
        var all: [WantedDestination] = []
        for grant in grants {
            guard let destination = grant.destination else { continue }
            guard let index = all.firstIndex(where: { $0.egress.destination == destination }) else {
                all.append(
                    WantedDestination(
                        egress: EgressDestination(destination, opened: grant.opened, limits: limits),
                        inspection: grant.inspection.map {
                            Inspection(rules: $0.rules, trust: $0.trust.map { [$0] } ?? [])
                        },
                        isPlain: grant.isPlain))
                continue
            }
            try all[index].add(grant)
        }
        for injection in injections {
            guard let index = all.firstIndex(where: { $0.egress.destination == injection.destination }) else {
                throw RegistryError(
                    .egressFailed,
                    "the credential `\(injection.name)` is for \(injection.destination), and no grant of the call connects "
                        + "there", remedy: "add a `connect` grant")
            }
            // A loopback address is this machine's own.
            guard !all[index].isPlain || injection.destination.host.isLoopback else {
                throw RegistryError(
                    .egressFailed,
                    "the credential `\(injection.name)` would go to \(injection.destination) without TLS, for everybody "
                        + "on the way to read", remedy: "connect by `https://`")
            }
            all[index].inspection = all[index].inspection ?? Inspection(rules: [], trust: [])
        }
        return all
    }

    private mutating func add(_ grant: ResolvedGrant) throws(RegistryError) {
        egress.opened += grant.opened
        let isAlike =
            (inspection == nil) == (grant.inspection == nil) && isPlain == grant.isPlain
            && (inspection?.rules.isEmpty ?? true) == (grant.inspection?.rules.isEmpty ?? true)
        // What the one forbids the other would open, or the other way round: nobody can have meant both.
        guard isAlike else {
            throw RegistryError(
                .egressFailed,
                "two grants of the call connect to \(egress.destination), and one is inspected, or has rules, and the "
                    + "other not", remedy: "write one grant with all rules")
        }
        guard let terms = grant.inspection else { return }
        inspection?.rules += terms.rules
        if let trust = terms.trust, inspection?.trust.contains(trust) == false { inspection?.trust.append(trust) }
    }
}

extension Host {
    fileprivate var isLoopback: Bool {
        guard case .address(let address) = self else { return false }
        return AddressRange.loopbacks.contains { $0.contains(address) }
    }
}

extension AddressRange {
    fileprivate static let loopbacks = ["127.0.0.0/8", "::1/128"].compactMap { try? AddressRange($0) }
}
