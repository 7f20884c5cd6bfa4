import Hosts

/// Texts that together meet every combination of hosts and address ranges that some rules name.
struct HostSamples {
    struct Text {
        let text: String
        /// What has to stand before and behind a path that makes the text longer; nil if nothing can.
        let url: String?
    }

    let texts: [Text]

    init(_ patterns: [HostPattern], _ ranges: [AddressRange]) {
        var texts: [Text] = []
        for name in Self.names(patterns) { texts.append(Text(text: name, url: "https://\(name)/")) }
        for address in Self.addresses(patterns, ranges) {
            let bare = Self.text(address)
            let url = address.isVersion6 ? "https://[\(bare)]/" : "https://\(bare)/"
            // A range is asked of an address that stands for itself, a host of a URL too.
            texts += [Text(text: bare, url: nil), Text(text: url, url: url)]
        }
        // What is no host. Both are needed: constraints on length may leave one of them only.
        texts += [Text(text: "no host", url: nil), Text(text: "", url: nil)]
        self.texts = texts
    }

    // MARK: Names

    private static func names(_ patterns: [HostPattern]) -> [String] {
        var labels: Set<String> = []
        var exact: [String] = []
        var parents: [String] = []
        for pattern in patterns {
            switch pattern {
            case .exact(.name(let name)): exact.append(name)
            case .beneath(let name): parents.append(name)
            case .exact(.address): continue
            }
        }
        for name in exact + parents { for label in name.split(separator: ".") { labels.insert(String(label)) } }
        let short = shortestFresh(labels)
        // Beneath each name and no longer one, and beneath none.
        var names = exact + [fresh("elsewhere", labels) + "." + fresh("test", labels)]
        for parent in parents {
            let room = HostName.maximumLength - parent.utf8.count - 1
            let label = [fresh("any", labels), short].first { $0.utf8.count <= room }
            if let label { names.append(label + "." + parent) }
            names.append(parent)
        }
        names.append(short)
        return names
    }

    private static func fresh(_ label: String, _ taken: Set<String>) -> String {
        if !taken.contains(label) { return label }
        for number in 1...(taken.count + 1) where !taken.contains("\(label)\(number)") { return "\(label)\(number)" }
        return label
    }

    private static func shortestFresh(_ taken: Set<String>) -> String {
        for letter in "wabcdefghijklmnopqrstuvxyz" where !taken.contains(String(letter)) { return String(letter) }
        return fresh("w", taken)
    }

    // MARK: Addresses

    private static let mapped: UInt128 = 0xFFFF << 32

    private static func addresses(_ patterns: [HostPattern], _ ranges: [AddressRange]) -> [IPAddress] {
        var starts4: Set<UInt128> = [0]
        // What IPv6 maps from IPv4 is IPv4: no address has these bits.
        var starts6: Set<UInt128> = [0, mapped, mapped + (1 << 32)]
        func add(_ first: UInt128, _ last: UInt128, isVersion6: Bool) {
            let next: UInt128? = isVersion6 ? (last < .max ? last + 1 : nil) : (last < 0xFFFF_FFFF ? last + 1 : nil)
            if isVersion6 {
                starts6.formUnion([first, next].compactMap(\.self))
            } else {
                starts4.formUnion([first, next].compactMap(\.self))
            }
        }
        for pattern in patterns {
            guard case .exact(.address(let address)) = pattern else { continue }
            add(address.bits, address.bits, isVersion6: address.isVersion6)
        }
        for range in ranges {
            let free = range.base.width - range.prefix
            // Smart shifts: by the full width gives zero, and so all ones.
            let last = range.base.bits | ((UInt128(1) << free) &- 1)
            add(range.base.bits, last, isVersion6: range.base.isVersion6)
        }
        let version4 = starts4.sorted().map { text4($0) }
        let version6 = starts6.sorted().filter { $0 >> 32 != 0xFFFF }.map { text6($0) }
        return (version4 + version6).compactMap { try? IPAddress($0) }
    }

    private static func text(_ address: IPAddress) -> String {
        address.isVersion6 ? text6(address.bits) : text4(address.bits)
    }

    private static func text4(_ bits: UInt128) -> String {
        (0..<4).reversed().map { String((bits >> ($0 * 8)) & 0xFF) }.joined(separator: ".")
    }

    private static func text6(_ bits: UInt128) -> String {
        (0..<8).reversed().map { String((bits >> ($0 * 16)) & 0xFFFF, radix: 16) }.joined(separator: ":")
    }
}
