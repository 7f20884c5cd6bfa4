import Glibc

/// Gives names to addresses, once all was seen. Blocking: names are resolved as they were.
struct ObservationReader {
    private let watcher: Watcher
    private var names: [String: String] = [:]

    init(_ watcher: Watcher) {
        self.watcher = watcher
        for name in watcher.names.sorted().prefix(256) {
            // The shorter names of one address are more often what people know it by.
            for address in Self.addresses(of: name) where names[address] == nil { names[address] = name }
        }
    }

    func observation(
        _ command: [String], exitStatus: Int32, gaveUpRights: Bool, leftBehind: Bool
    ) -> Observation {
        var destinations: [Observation.SeenDestination] = []
        for (place, programs) in watcher.connections {
            let name = name(of: place)
            if let index = destinations.firstIndex(where: { $0.name == name }) {
                destinations[index].addresses.append(place)
                for program in programs where !destinations[index].programs.contains(program) {
                    destinations[index].programs.append(program)
                }
            } else {
                destinations.append(.init(name: name, addresses: [place], programs: programs))
            }
        }
        let credentials = watcher.credentials.map { found in
            let hosts = found.hosts.reduce(into: [String]()) { hosts, place in
                let name = name(of: place)
                if !hosts.contains(name) { hosts.append(name) }
            }
            return Observation.FoundCredential(
                place: found.place, kind: Self.kind(found), programs: found.programs, hosts: hosts,
                expires: found.kind.expires, lifetime: found.kind.lifetime, age: found.age)
        }
        return Observation(
            command: command, exitStatus: exitStatus,
            credentials: credentials.sorted {
                ($0.hosts.isEmpty ? 1 : 0, $0.place) < ($1.hosts.isEmpty ? 1 : 0, $1.place)
            },
            destinations: destinations, gaveUpRights: gaveUpRights, leftBehind: leftBehind,
            isIncomplete: watcher.isIncomplete)
    }

    private static func kind(_ found: Watcher.Credential) -> String {
        found.purpose.map { "\(found.kind.name), for \($0)" } ?? found.kind.name
    }

    private func name(of place: String) -> String {
        guard let colon = place.lastIndex(of: ":"), let name = names[String(place[..<colon])] else { return place }
        return name + place[colon...]
    }

    private static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next {
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let problem = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0,
                NI_NUMERICHOST)
            if problem == 0 {
                let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                found.append(entry.pointee.ai_family == AF_INET6 ? "[\(text)]" : text)
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}
