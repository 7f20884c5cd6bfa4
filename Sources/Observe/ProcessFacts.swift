import Glibc
import LinuxIO

/// What /proc says of a process that is held while it is looked at.
struct ProcessFacts {
    let parent: pid_t
    /// The real path of its program.
    let program: String
    let words: [String]
    let environment: [(String, String)]

    private static let most = 1 << 20

    init?(_ process: pid_t) {
        guard let status = Self.bytes("/proc/\(process)/status") else { return nil }
        parent = Self.number("PPid:", in: status) ?? 0
        program = Self.link("/proc/\(process)/exe") ?? "?"
        words = Self.texts(Self.bytes("/proc/\(process)/cmdline") ?? [])
        environment = Self.texts(Self.bytes("/proc/\(process)/environ") ?? []).compactMap { line in
            guard let mark = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<mark]), String(line[line.index(after: mark)...]))
        }
    }

    /// The process that a thread is of.
    static func process(of thread: pid_t) -> pid_t? {
        bytes("/proc/\(thread)/status").flatMap { number("Tgid:", in: $0) }
    }

    static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { space in
            space.baseAddress.map { readlink(path, $0, space.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        try? Descriptor.open(path, O_RDONLY).readAll(limit: most)
    }

    private static func texts(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func number(_ key: String, in status: [UInt8]) -> pid_t? {
        for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: key.utf8) {
            return pid_t(String(decoding: line.dropFirst(key.utf8.count), as: UTF8.self).filter(\.isNumber))
        }
        return nil
    }
}
