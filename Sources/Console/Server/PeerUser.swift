import Glibc
import LinuxIO

/// Which user the other end of a connection on the loopback belongs to, as the kernel tells in `/proc/net/tcp`: TCP has
/// no peer credentials, but both ends are here.
///
/// Attack: other users of the machine can reach the loopback too. Without this one of them who gets hold of a cookie,
/// which browsers send to every port of a host, could use it; and anybody could keep all connections to himself.
enum PeerUser {
    /// Established: the socket has an owner. One that was closed meanwhile is everybody's in the kernel's table.
    private static let established = "01"

    /// The user of the socket that is bound to `peer` and connected to `own`, both ports of the loopback; nil if there
    /// is none. Blocking, for as long as it takes to read a table of the kernel's.
    static func of(peer: UInt16, own: UInt16, isIPv6: Bool) -> UInt32? {
        if isIPv6 { return find("/proc/net/tcp6", local: address6(peer), remote: address6(own)) }
        // A socket of IPv6 can be connected to an address of IPv4; then it is in the other table.
        return find("/proc/net/tcp", local: address(peer), remote: address(own))
            ?? find("/proc/net/tcp6", local: mapped(peer), remote: mapped(own))
    }

    private static func find(_ table: String, local: String, remote: String) -> UInt32? {
        guard let bytes = try? Descriptor.open(table, O_RDONLY).readAll(limit: 64 << 20) else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 8)
            guard fields.count > 7, fields[1].elementsEqual(local.utf8), fields[2].elementsEqual(remote.utf8),
                fields[3].elementsEqual(established.utf8)
            else { continue }
            return UInt32(String(decoding: fields[7], as: UTF8.self))
        }
        return nil
    }

    /// As the kernel writes it on this machine: the address in memory's order, the port as a number.
    private static func address(_ port: UInt16) -> String {
        hex(UInt32(bigEndian: 0x7F00_0001), 8) + ":" + hex(UInt32(port), 4)
    }

    private static func address6(_ port: UInt16) -> String {
        "000000000000000000000000" + hex(UInt32(bigEndian: 1), 8) + ":" + hex(UInt32(port), 4)
    }

    private static func mapped(_ port: UInt16) -> String {
        "0000000000000000" + hex(UInt32(bigEndian: 0x0000_FFFF), 8) + hex(UInt32(bigEndian: 0x7F00_0001), 8) + ":"
            + hex(UInt32(port), 4)
    }

    private static func hex(_ number: UInt32, _ width: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
