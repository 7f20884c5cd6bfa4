import CEgress
import CSandbox
import Glibc
import Hosts

/// The relay: one thread that waits for whatever comes next, of the host, of calls or of destinations.
package final class Broker {
    /// The host's socket, SOCK_SEQPACKET.
    private let control: Int32
    let epoll: Int32
    private let lookup: NameLookup
    var handlers: [Int32: Handler] = [:]
    var calls: [Int: ServedCall] = [:]
    private var connections: Set<Connection> = []
    var proxyClients: Set<ProxyClient> = []
    /// Those that have more to pass on than a turn allows.
    private var busy: Set<Connection> = []
    private var lookups: [Int: (call: Int, name: String)] = [:]
    private var nextLookup = 0
    private var nextTick: Int64 = 0

    /// Of all calls together: each takes two descriptors.
    private static let mostConnections = 1500
    private static let tick: Int64 = 500

    enum Handler {
        case control
        case lookup
        case listener(ServedDestination)
        case connection(Connection)
        case proxy(ServedProxy)
        case proxyClient(ProxyClient)
    }

    /// Serves the host on standard input until it goes.
    package static func main() -> Never {
        signal(SIGPIPE, SIG_IGN)
        let epoll = ce_epoll_create()
        let wakeup = ce_wakeup_create()
        guard epoll >= 0, wakeup >= 0 else { exit(1) }
        Broker(control: STDIN_FILENO, epoll: epoll, wakeup: wakeup).run()
    }

    private init(control: Int32, epoll: Int32, wakeup: Int32) {
        self.control = control
        self.epoll = epoll
        lookup = NameLookup(wakeup: wakeup)
        handlers = [control: .control, wakeup: .lookup]
    }

    private func run() -> Never {
        for fd in handlers.keys where ce_epoll_add_level(epoll, fd) < 0 { exit(1) }
        var ready = [ce_ready](repeating: ce_ready(), count: 256)
        while true {
            let wait = !busy.isEmpty ? 0 : isIdle ? -1 : Int32(Self.tick)
            let count = ce_epoll_wait(epoll, &ready, Int32(ready.count), wait)
            guard count >= 0 else { exit(1) }
            let now = ce_milliseconds()
            for event in ready.prefix(Int(count)) { handle(event.fd, at: now) }
            let turn = busy
            busy = []
            for connection in turn where connections.contains(connection) {
                follow(connection.proceed(at: now), connection)
            }
            guard now >= nextTick else { continue }
            nextTick = now + Self.tick
            for connection in connections { follow(connection.tick(at: now), connection) }
            for client in proxyClients where client.isOver(at: now) { end(client) }
        }
    }

    /// Nothing has an end that is looked for.
    private var isIdle: Bool { connections.isEmpty && proxyClients.isEmpty }

    private func handle(_ fd: Int32, at now: Int64) {
        switch handlers[fd] {
        case .control: receive(at: now)
        case .lookup: for answer in lookup.take() { resolved(answer, at: now) }
        case .listener(let destination): accept(destination, at: now)
        case .connection(let connection): follow(connection.proceed(at: now), connection)
        case .proxy(let proxy): accept(proxy, at: now)
        case .proxyClient(let client): follow(client.proceed(), client, at: now)
        // It was closed by what came before it in this batch.
        case nil: break
        }
    }

    // MARK: the host

    private func receive(at now: Int64) {
        var bytes = [UInt8](repeating: 0, count: BrokerAnswer.mostBytes)
        var descriptors = [Int32](repeating: -1, count: Int(PLAN_MAX_LISTENERS))
        var found = 0
        let size = cs_receive(control, &bytes, bytes.count, &descriptors, descriptors.count, &found, 1)
        if size < 0, errno == EAGAIN { return }
        // The host is gone, or says what nobody understands: either way nobody answers for the calls.
        guard size > 0, let request = BrokerRequest(Array(bytes.prefix(size))) else { exit(size == 0 ? 0 : 1) }
        let sockets = Array(descriptors.prefix(found))
        switch request {
        case .open(let number, let destinations, let hasProxy): open(number, destinations, sockets, hasProxy)
        case .close(let number):
            for socket in sockets { Glibc.close(socket) }
            close(number)
        }
    }

    private func answer(_ answer: BrokerAnswer) {
        let bytes = answer.encoded()
        guard cs_send(control, bytes, bytes.count, nil, 0) == 0 else { exit(1) }
    }

    private func open(_ number: Int, _ destinations: [EgressDestination], _ sockets: [Int32], _ hasProxy: Bool) {
        let isSound =
            sockets.count == destinations.count + (hasProxy ? 1 : 0) && !destinations.isEmpty && calls[number] == nil
        // Attack: whoever took init over hands in something else.
        guard isSound, sockets.allSatisfy({ ce_take_listener($0) == 1 }) else {
            for socket in sockets { Glibc.close(socket) }
            return answer(.refused(call: number, reason: "the sockets are not what the call's destinations need"))
        }
        let call = ServedCall(number)
        for (wanted, socket) in zip(destinations, sockets) {
            let destination = ServedDestination(wanted, listener: socket, call: number)
            call.destinations.append(destination)
            handlers[socket] = .listener(destination)
        }
        if hasProxy, let socket = sockets.last {
            let proxy = ServedProxy(listener: socket, call: number)
            call.proxy = proxy
            handlers[socket] = .proxy(proxy)
        }
        for socket in sockets where ce_epoll_add_level(epoll, socket) < 0 { exit(1) }
        calls[number] = call
        answer(.opened(call: number))
    }

    private func close(_ number: Int) {
        guard let call = calls.removeValue(forKey: number) else { return answer(.closed(call: number, [])) }
        for destination in call.destinations {
            for connection in destination.connections { end(connection, isBroken: true) }
            handlers[destination.listener] = nil
            Glibc.close(destination.listener)
        }
        if let proxy = call.proxy {
            for client in proxy.clients { end(client) }
            handlers[proxy.listener] = nil
            Glibc.close(proxy.listener)
        }
        let reports = call.destinations.map(\.report) + (call.proxy.map { [$0.report] } ?? [])
        answer(.closed(call: number, reports))
    }

    // MARK: calls

    private func accept(_ destination: ServedDestination, at now: Int64) {
        // One: if there are more the listener stays ready.
        let client = ce_accept(destination.listener)
        guard client >= 0 else { return }
        guard hasRoom(for: destination) else { return ce_reset(client) }
        let connection = Connection(client: client, to: destination, at: now)
        begin(connection, at: now)
        if connections.contains(connection) { watch(client, for: connection) }
    }

    func hasRoom(for destination: ServedDestination) -> Bool {
        let limit = destination.wanted.limits.connections
        guard destination.connections.count < limit, connections.count < Self.mostConnections else {
            destination.report.refuse(
                .connections, "more than \(limit) connections to \(destination.wanted.destination) at once")
            return false
        }
        guard destination.allowance > 0 else {
            destination.report.refuse(.traffic, "no bytes are left for \(destination.wanted.destination)")
            return false
        }
        return true
    }

    /// It is dialled before all else: the destination is at work while the rest is done here.
    func begin(_ connection: Connection, at now: Int64) {
        connections.insert(connection)
        connection.destination.connections.insert(connection)
        resolve(connection, at: now)
    }

    private func watch(_ fd: Int32, for connection: Connection) {
        handlers[fd] = .connection(connection)
        connection.watched.insert(fd)
        if ce_epoll_add_edge(epoll, fd) < 0 { exit(1) }
    }

    private func resolve(_ connection: Connection, at now: Int64) {
        guard let call = calls[connection.destination.call] else { return end(connection, isBroken: true) }
        switch connection.destination.wanted.destination.host {
        case .address(let address): dial(connection, [address], at: now)
        case .name(let name):
            switch call.names[name] {
            case .resolved(let addresses): dial(connection, addresses, at: now)
            case .waiting(let others): call.names[name] = .waiting(others + [connection])
            case nil:
                call.names[name] = .waiting([connection])
                nextLookup += 1
                lookups[nextLookup] = (call.number, name)
                lookup.begin(name, as: nextLookup)
            }
        }
    }

    private func resolved(_ answer: NameLookup.Answer, at now: Int64) {
        guard let (number, name) = lookups.removeValue(forKey: answer.request), let call = calls[number],
            case .waiting(let waiting) = call.names[name]
        else { return }
        // INVARIANT: once a call. What is dialled from here on are these addresses, whatever the name leads to later.
        call.names[name] = answer.addresses.isEmpty ? nil : .resolved(answer.addresses)
        for connection in waiting where connections.contains(connection) { dial(connection, answer.addresses, at: now) }
    }

    private func dial(_ connection: Connection, _ addresses: [IPAddress], at now: Int64) {
        let checked = connection.destination.checked(addresses)
        // Refused, which is on record, is not failed.
        if checked.isEmpty, !addresses.isEmpty { return follow(connection.giveUp(), connection) }
        follow(connection.dial(checked, at: now), connection)
    }

    private func follow(_ verdict: Connection.Verdict, _ connection: Connection) {
        switch verdict {
        case .waits: break
        case .goesOn: busy.insert(connection)
        case .watch(let fd): watch(fd, for: connection)
        case .done: end(connection, isBroken: false)
        case .broken: end(connection, isBroken: true)
        }
    }

    private func end(_ connection: Connection, isBroken: Bool) {
        guard connections.remove(connection) != nil else { return }
        connection.destination.connections.remove(connection)
        for fd in connection.watched {
            // The number may be another's by now.
            if case .connection(let other)? = handlers[fd], other === connection { handlers[fd] = nil }
        }
        connection.close(isBroken: isBroken)
    }
}
