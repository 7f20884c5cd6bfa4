import CEgress
import Glibc

/// The proxy of a call: which of the call's destinations is meant, and from there on all is as without one.
extension Broker {
    func accept(_ proxy: ServedProxy, at now: Int64) {
        let raw = ce_accept(proxy.listener)
        guard raw >= 0 else { return }
        guard proxy.clients.count < ServedProxy.mostClients else {
            proxy.report.refuse(
                .connections, "more than \(ServedProxy.mostClients) connections to the proxy that asked for nothing yet"
            )
            return ce_reset(raw)
        }
        let client = ProxyClient(client: raw, to: proxy, at: now)
        proxyClients.insert(client)
        proxy.clients.insert(client)
        handlers[raw] = .proxyClient(client)
        if ce_epoll_add_edge(epoll, raw) < 0 { exit(1) }
    }

    func follow(_ verdict: ProxyClient.Verdict, _ client: ProxyClient, at now: Int64) {
        switch verdict {
        case .waits: break
        case .done: end(client)
        case .leads(let target, let opening):
            guard let destination = destination(of: target, client) else {
                client.say(opening.answers.notGranted)
                return end(client)
            }
            guard hasRoom(for: destination) else {
                client.say(opening.answers.unreachable)
                return end(client)
            }
            forget(client)
            let connection = Connection(client: client.client, to: destination, opening: opening, at: now)
            // It is waited for already.
            handlers[client.client] = .connection(connection)
            connection.watched.insert(client.client)
            begin(connection, at: now)
        }
    }

    /// What the call has a grant for; nil is on record.
    private func destination(of target: ProxyRequest.Target, _ client: ProxyClient) -> ServedDestination? {
        switch target {
        case .none(let reason):
            client.proxy.report.refuse(.destination, "the proxy was asked for no destination: \(reason)")
            return nil
        case .destination(let wanted):
            if let found = calls[client.proxy.call]?.destinations.first(where: { $0.isMeant(by: wanted) }) {
                return found
            }
            client.proxy.report.refuse(.destination, "the proxy was asked for \(wanted), which no grant names")
            return nil
        }
    }

    private func forget(_ client: ProxyClient) {
        proxyClients.remove(client)
        client.proxy.clients.remove(client)
    }

    func end(_ client: ProxyClient) {
        forget(client)
        handlers[client.client] = nil
        Glibc.close(client.client)
    }
}
