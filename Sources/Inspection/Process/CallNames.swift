import Egress
import Hosts
import NIOPosix

/// Resolves each name once a call.
actor CallNames {
    private let pool: NIOThreadPool
    private var names: [String: Task<[IPAddress], Never>] = [:]

    init(_ pool: NIOThreadPool) { self.pool = pool }

    /// Empty if nothing was found.
    func addresses(of host: Host) async -> [IPAddress] {
        switch host {
        case .address(let address): return [address]
        case .name(let name):
            // INVARIANT: what is dialled from here on are these addresses, whatever the name leads to later.
            let task =
                names[name]
                ?? Task { [pool] in
                    (try? await pool.runIfActive { NameLookup.resolve(name) }) ?? []
                }
            names[name] = task
            let found = await task.value
            if found.isEmpty { names[name] = nil }
            return found
        }
    }
}
