import Glibc

/// Whole inputs and outputs.
enum StandardStream {
    /// Everything until the end of the input. Nil if it is longer than `limit`, or cannot be read.
    static func read(_ descriptor: Int32, limit: Int) -> [UInt8]? {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0, content.count + count <= limit else { return nil }
            guard count > 0 else { return content }
            content += piece[..<count]
        }
    }

    /// False if the reader is gone or the disk is full.
    static func write(_ content: [UInt8], to descriptor: Int32) -> Bool {
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
