import LinuxIO

/// What a process prints, line by line.
package final class LineReader: Sendable {
    private let output: SharedDescriptor
    private let unread = Locked<[UInt8]>([])

    package init(_ output: SharedDescriptor) { self.output = output }

    /// The next line, without its end; nil when there are no more. Blocking.
    package func line() throws -> String? {
        while true {
            let found = unread.withLock { bytes -> [UInt8]? in
                guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { bytes.removeSubrange(...end) }
                return Array(bytes[..<end])
            }
            if let found { return String(decoding: found, as: UTF8.self) }
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            let count = try piece.withUnsafeMutableBytes { try output.read(into: $0) } ?? 0
            if count == 0 { return nil }
            unread.withLock { $0 += piece[..<count] }
        }
    }
}
