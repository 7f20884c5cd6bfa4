/// A host that a rule names: `example.com` itself, an address, or `*.example.com` for every name beneath it, at any
/// depth, and not itself. A pattern says nothing of ports and schemes.
package enum HostPattern: Hashable, Sendable {
    case exact(Host)
    /// The name that has to follow a dot.
    case beneath(String)

    package init(_ text: String) throws(HostRefusal) {
        guard text.utf8.first == UInt8(ascii: "*") else {
            self = .exact(try Host(bare: text))
            return
        }
        guard text.hasPrefix("*.") else { throw HostRefusal("a `*` stands for whole labels: write `*.example.com`") }
        guard case .name(let name) = try Host(bare: String(text.dropFirst(2))) else {
            throw HostRefusal("an address has nothing beneath it")
        }
        self = .beneath(name)
    }

    package func covers(_ host: Host) -> Bool {
        switch self {
        case .exact(let own):
            return own == host
        case .beneath(let parent):
            guard case .name(let name) = host else { return false }
            // Both are ASCII in lower case.
            let name8 = name.utf8
            let parent8 = parent.utf8
            guard name8.count > parent8.count + 1 else { return false }
            let tail = name8.suffix(parent8.count + 1)
            return tail.first == UInt8(ascii: ".") && tail.dropFirst().elementsEqual(parent8)
        }
    }
}
