import Glibc

/// A file that is read as a whole.
enum FileBytes {
    /// Largest file of tools, in bytes: thousands of tools with long schemas.
    static let maximum = 64 << 20

    static func read(_ path: String) throws(ReplayError) -> [UInt8] {
        guard let file = fopen(path, "re") else { throw unreadable(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= maximum else {
                throw ReplayError(.unreadable, "`\(path)` is larger than \(maximum >> 20) MiB")
            }
        }
        guard ferror(file) == 0 else { throw unreadable(path) }
        return bytes
    }

    private static func unreadable(_ path: String) -> ReplayError {
        ReplayError(.unreadable, "cannot read `\(path)`: \(String(cString: strerror(errno)).lowercased())")
    }
}
