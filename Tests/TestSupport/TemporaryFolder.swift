import Glibc

/// A folder for one test, removed with all it holds when the last reference goes.
///
///     let folder = try TemporaryFolder()
///     try folder.write("manifest/tool.yaml", "kind: Tool")
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter parent: `/tmp` is refused to profiles: a folder that one shows lies elsewhere.
    package init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/agentbox-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSupportError("mkdtemp failed: errno \(errno)") }
        path = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    deinit {
        Self.remove(path)
    }

    /// The path of something in the folder.
    package func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Makes a folder, and those above it.
    @discardableResult
    package func folder(_ name: String, mode: mode_t = 0o755) throws -> String {
        var current = path
        for part in name.split(separator: "/") {
            current += "/" + part
            guard mkdir(current, mode) == 0 || errno == EEXIST else {
                throw TestSupportError("mkdir `\(current)` failed: errno \(errno)")
            }
        }
        return current
    }

    /// Writes a file, and makes the folders above it.
    @discardableResult
    package func write(_ name: String, _ content: some Collection<UInt8>, mode: mode_t = 0o644) throws -> String {
        if let slash = name.lastIndex(of: "/") { try folder(String(name[..<slash])) }
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw TestSupportError("open `\(file)` failed: errno \(errno)") }
        defer { close(descriptor) }
        var rest = Array(content)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestSupportError("write `\(file)` failed: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
        // The umask has no say in what a test asks for.
        fchmod(descriptor, mode)
        return file
    }

    /// Writes a file of text.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    /// The content of a file.
    package func read(_ name: String) throws -> [UInt8] {
        let file = path + "/" + name
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestSupportError("open `\(file)` failed: errno \(errno)") }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw TestSupportError("read `\(file)` failed: errno \(errno)") }
            if count == 0 { return content }
            content += piece[..<count]
        }
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let folder = opendir(path) {
            defer { closedir(folder) }
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
        }
        rmdir(path)
    }
}

/// What keeps a test from being set up.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
