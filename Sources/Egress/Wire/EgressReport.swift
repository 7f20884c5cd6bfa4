import StrictJSON

/// What became of one destination of one call.
package struct EgressReport: Hashable, Sendable {
    /// The addresses that were dialled, as texts.
    package var addresses: [String] = []
    /// Connections that the call made and that reached the destination.
    package var connections = 0
    /// Connections that the destination did not take, or that could not be resolved.
    package var failures = 0
    /// Requests that were passed on; of inspected destinations only.
    package var requests = 0
    /// Bytes from the call to the destination.
    package var up = 0
    package var down = 0
    package var refusals: [Refusal] = []

    package init() {}

    /// Something that the call tried and that its grant does not cover.
    package struct Refusal: Hashable, Sendable {
        package var reason: Reason
        /// The first of them, in plain words.
        package var detail: String
        package var count: Int

        package init(_ reason: Reason, _ detail: String, count: Int = 1) {
            self.reason = reason
            self.detail = detail
            self.count = count
        }
    }

    /// Why a connection was closed or never made.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The proxy was asked for what the call has no grant for.
        case destination
        /// The proxy was asked what it does not do, or nothing that makes sense.
        case proxy
        /// The name leads to an address that is not public.
        case address
        /// The TLS hello asks for another server than the grant names, or for none.
        case serverName = "server-name"
        /// What was sent to port 443 is no TLS.
        case notTLS = "not-tls"
        /// More connections at once than the limit.
        case connections
        /// More bytes than the limit.
        case traffic
        /// A connection that lasted longer than the limit, or a hello that was not finished.
        case time

        // Of inspected destinations.

        /// A request that is no HTTP, or that two servers may read in two ways.
        case malformed = "malformed-request"
        /// Nothing was refused: nobody answers there, or not in HTTP. For the tool, that asks; counted as a failure.
        case unreachable
        /// A request to the destination that names another host.
        case host = "host-header"
        /// A request that no rule of the grant covers.
        case rule = "request-not-granted"
        /// A request's body that is longer than the rule allows.
        case body = "request-body"
        /// A placeholder that does not belong where it was sent.
        case placeholder
        /// The destination could not prove that it is who it should be.
        case certificate
        /// An answer that could not be looked into, and might hold a secret.
        case encoding = "response-encoding"
        /// A secret, or a part of one, where the call has no reason to know it: in a request, or in more answers than
        /// a reflection explains.
        case guess = "secret-guess"
    }

    /// More addresses than anybody looks at.
    static let mostAddresses = 8
    /// Of what a stranger wrote.
    static let longestDetail = 200

    package mutating func refuse(_ reason: Reason, _ detail: @autoclosure () -> String) {
        if let index = refusals.firstIndex(where: { $0.reason == reason }) {
            refusals[index].count += 1
        } else {
            refusals.append(Refusal(reason, String(detail().prefix(Self.longestDetail))))
        }
    }

    package mutating func dialled(_ address: String) {
        guard addresses.count < Self.mostAddresses, !addresses.contains(address) else { return }
        addresses.append(address)
    }
}

extension EgressReport {
    /// As the broker says it, and as outcomes record it.
    package var json: JSON {
        var object: JSONObject = [
            "addresses": .array(addresses.map(JSON.string)), "connections": .integer(Int64(connections)),
            "failures": .integer(Int64(failures)), "up": .integer(Int64(up)), "down": .integer(Int64(down)),
            "refusals": .array(
                refusals.map {
                    [
                        "reason": .string($0.reason.rawValue), "detail": .string($0.detail),
                        "count": .integer(Int64($0.count)),
                    ]
                }),
        ]
        if requests > 0 { object["requests"] = .integer(Int64(requests)) }
        return .object(object)
    }

    init?(_ json: JSON) {
        guard let addresses = json["addresses"]?.arrayValue?.compactMap(\.stringValue),
            let connections = json["connections"]?.count, let failures = json["failures"]?.count,
            let up = json["up"]?.count, let down = json["down"]?.count, let refusals = json["refusals"]?.arrayValue,
            addresses.count <= Self.mostAddresses, refusals.count <= Reason.allCases.count
        else { return nil }
        self.addresses = addresses.map { String($0.prefix(64)) }
        self.connections = connections
        self.failures = failures
        if let requests = json["requests"] {
            guard let count = requests.count else { return nil }
            self.requests = count
        }
        self.up = up
        self.down = down
        for refusal in refusals {
            guard let reason = refusal["reason"]?.stringValue.flatMap(Reason.init), let count = refusal["count"]?.count,
                let detail = refusal["detail"]?.stringValue
            else { return nil }
            self.refusals.append(Refusal(reason, String(detail.prefix(Self.longestDetail)), count: count))
        }
    }
}
