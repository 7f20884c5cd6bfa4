import LinuxIO

extension Timestamp {
    /// Reads RFC 3339 in UTC with or without a fraction: `2026-11-24T03:42:07Z`.
    init?(rfc3339 text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        if parts.count == 1 {
            self.init("\(text.dropLast()).000Z")
            return
        }
        let digits = parts[1].dropLast()
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        self.init("\(parts[0]).\((digits + "000").prefix(3))Z")
    }
}
