/// A TCP port of a call's own loopback, as a `listen` grant names it.
///
/// There is no other address to choose: a call's network is a loopback, and a port of it is one of both IP versions.
package struct LoopbackPort: Hashable, Sendable, CustomStringConvertible {
    /// 0: one that the kernel picks.
    package let number: UInt16

    /// A call has no privileges.
    private static let firstUnprivileged: UInt16 = 1024
    private static let hosts = ["127.0.0.1", "localhost", "[::1]"]

    /// Reads `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080`, a port by itself, or a URL of one of these hosts.
    package init(_ text: String) throws(HostRefusal) {
        guard let number = try Self.number(in: text) else {
            throw HostRefusal("it is not of the call's own loopback: write `127.0.0.1:8080`")
        }
        guard number == 0 || number >= Self.firstUnprivileged else {
            throw HostRefusal("a call has no privileges, and ports below \(Self.firstUnprivileged) ask for some")
        }
        self.number = number
    }

    /// `localhost:8080`, `localhost:0`.
    package var description: String { "localhost:\(number)" }

    /// Nil if it is of another host.
    private static func number(in text: String) throws(HostRefusal) -> UInt16? {
        let words = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if let last = words.last, !last.isEmpty,
            last.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            words.count == 1 || hosts.contains(String(text.dropLast(last.count + 1)))
        {
            // Attack: `08080` is octal for some, and a number that is too long wraps around.
            guard let number = UInt16(String(Substring(last))), last.count == 1 || last.first != UInt8(ascii: "0")
            else {
                throw HostRefusal("its port is no number from 1024 to 65535")
            }
            return number
        }
        let destination = try Destination(text)
        switch destination.host {
        case .name("localhost"): return destination.port
        case .address(let address) where ["127.0.0.1", "::1"].contains(address.canonicalText): return destination.port
        case .name, .address: return nil
        }
    }
}
