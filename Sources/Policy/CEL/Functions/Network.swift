extension CELFunctions {
    private static let address = CELType.named(CELIP.typeName, [])
    private static let network = CELType.named(CELCIDR.typeName, [])

    /// The extension `net`.
    static func addNetwork(_ functions: inout CELFunctions) {
        functions.add("ip", .init(.string, returns: address), .init(address, returns: address)) {
            (value, _) throws(CELFunctionError) -> CELValue in .address(try ip(value))
        }
        functions.add("cidr", .init(.string, returns: network), .init(network, returns: network)) {
            (value, _) throws(CELFunctionError) -> CELValue in .network(try cidr(value))
        }
        functions.add("isIP", .init(.string, returns: .bool)) { (value, _) throws(CELFunctionError) -> CELValue in
            guard case .string(let text) = value else { throw .noOverload }
            return .bool(CELIP.isIP(text))
        }
        functions.add("isCIDR", .init(.string, returns: .bool)) { (value, _) throws(CELFunctionError) -> CELValue in
            guard case .string(let text) = value else { throw .noOverload }
            return .bool(CELCIDR.isCIDR(text))
        }
        functions.add("ip.isCanonical", .init(.string, returns: .bool)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .string(let text) = value else { throw .noOverload }
            return .bool(try CELIP.isCanonical(text))
        }
        functions.add("family", isMember: true, .init(address, returns: .int)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .address(let address) = value else { throw .noOverload }
            return .int(address.family)
        }
        let tests: [(String, @Sendable (CELIP) -> Bool)] = [
            ("isUnspecified", { $0.isUnspecified }), ("isLoopback", { $0.isLoopback }),
            ("isGlobalUnicast", { $0.isGlobalUnicast }), ("isLinkLocalMulticast", { $0.isLinkLocalMulticast }),
            ("isLinkLocalUnicast", { $0.isLinkLocalUnicast }),
        ]
        for (name, test) in tests {
            functions.add(name, isMember: true, .init(address, returns: .bool)) {
                (value, _) throws(CELFunctionError) -> CELValue in
                guard case .address(let address) = value else { throw .noOverload }
                return .bool(test(address))
            }
        }
        addNetworks(&functions)
    }

    private static func addNetworks(_ functions: inout CELFunctions) {
        functions.add(
            "containsIP", isMember: true, .init(network, address, returns: .bool),
            .init(network, .string, returns: .bool)
        ) { (value, other, _) throws(CELFunctionError) -> CELValue in
            guard case .network(let network) = value else { throw .noOverload }
            return .bool(network.contains(try ip(other)))
        }
        functions.add(
            "containsCIDR", isMember: true, .init(network, network, returns: .bool),
            .init(network, .string, returns: .bool)
        ) { (value, other, _) throws(CELFunctionError) -> CELValue in
            guard case .network(let network) = value else { throw .noOverload }
            return .bool(network.contains(try cidr(other)))
        }
        functions.add("ip", isMember: true, .init(network, returns: address)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .network(let network) = value else { throw .noOverload }
            return .address(network.ip)
        }
        functions.add("masked", isMember: true, .init(network, returns: network)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .network(let network) = value else { throw .noOverload }
            return .network(network.masked)
        }
        functions.add("prefixLength", isMember: true, .init(network, returns: .int)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .network(let network) = value else { throw .noOverload }
            return .int(network.prefixLength)
        }
    }

    private static func ip(_ value: CELValue) throws(CELFunctionError) -> CELIP {
        switch value {
        case .address(let address): address
        case .string(let text): try CELIP(text)
        default: throw .noOverload
        }
    }

    private static func cidr(_ value: CELValue) throws(CELFunctionError) -> CELCIDR {
        switch value {
        case .network(let network): network
        case .string(let text): try CELCIDR(text)
        default: throw .noOverload
        }
    }
}
