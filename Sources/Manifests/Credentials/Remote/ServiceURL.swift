import Hosts

/// Where a server of a source is: an `https` URL without user, query and fragment; `http` for this machine only.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at its end.
    package let text: String

    package init?(_ text: String) {
        guard let place = try? HostArgument.place(text), let scheme = place.scheme,
            scheme == "https" || (scheme == "http" && Self.isLocal(place.host)),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.refused.contains($0) })
        else { return nil }
        self.text = text.last == "/" ? String(text.dropLast()) : text
    }

    package var description: String { text }

    static let pattern = "^https?://[!-~]+$"
    private static let refused = Set("?#@\"\\<>`{}|^".utf8)

    private static func isLocal(_ host: Host) -> Bool {
        switch host {
        case .name(let name): name == "localhost"
        case .address(let address): address.isLoopback
        }
    }
}

extension IPAddress {
    /// 127.0.0.0/8 and ::1.
    package var isLoopback: Bool { isVersion6 ? bits == 1 : bits >> 24 == 127 }
}

extension Shape where Value == ServiceURL {
    static var serviceURL: Shape {
        .text(
            "an `https` URL without user, query and fragment", pattern: ServiceURL.pattern, length: 8...2000
        ) { ServiceURL($0) }
    }
}
