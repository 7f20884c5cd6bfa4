import Egress
import Hosts
import NIOPosix

/// Resolves each name once a call.
actor CallNames {
    private let pool: NIOThreadPool
    private var names: [String: Task<NameLookup.Found, Never>] = [:]

    init(_ pool: NIOThreadPool) { self.pool = pool }

    func addresses(of host: Host) async -> NameLookup.Found {
        switch host {
        case .address(let address): return NameLookup.Found(addresses: [address])
        case .name(let name):
            // INVARIANT: what is dialled from here on are these addresses, whatever the name leads to later.
            let task =
                names[name]
                ?? Task { [pool] in
                    (try? await pool.runIfActive { NameLookup.resolve(name) }) ?? NameLookup.Found(addresses: [])
                }
            names[name] = task
            let found = await task.value
            if found.addresses.isEmpty { names[name] = nil }
            return found
        }
    }
}
