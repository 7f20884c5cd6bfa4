import Hosts
import Manifests

/// At which ports of its loopback a call under a profile can listen.
struct PortReach {
    private let profile: ResolvedProfile
    /// Nil: at any.
    private let ports: Set<UInt16>?

    /// - Parameter grants: As the ledger records them.
    init(of profile: ResolvedProfile, grants: [(word: GrantWord, subject: String)]) {
        self.profile = profile
        let named = grants.filter { $0.word == .listen }.compactMap { try? LoopbackPort($0.subject).number }
        ports = profile.network == .granted ? Set(named) : nil
    }

    /// Why `bind` is refused, and what would allow it; nil if it is not. Which protocol the socket speaks no trace says:
    /// one of UDP is not refused.
    func refusal(of notice: SystemCallNotice) -> Explanation? {
        guard notice.name == "bind", let ports, let address = notice.texts.first(where: { $0.kind == .address }),
            let port = SocketAddressText.port(ofHexadecimal: address.text), !ports.contains(port)
        else { return nil }
        let text = SocketAddressText.text(ofHexadecimal: address.text)
        return refusal(ofPort: port, what: "bind \(text), where it is of TCP")
    }

    func refusal(ofPort port: UInt16, what: String) -> Explanation {
        let ports = ports ?? []
        let named =
            ports.isEmpty ? "it has none" : "they name " + ports.sorted().map(String.init).joined(separator: ", ")
        return Explanation(
            layer: "landlock", what: what,
            reason: "no `listen` grant of the call covers the port (\(named)), and "
                + profile.line("network", profile.network.rawValue) + " gives no other",
            remedy: port == 0 || port >= 1024
                ? "a grant `listen: \"127.0.0.1:\(port)\"` of the tool, bound to an argument"
                : "a port from 1024 on, and a grant `listen: \"127.0.0.1:PORT\"` of the tool",
            opens: "taking connections of the call's own processes; nobody else is in its network")
    }
}
