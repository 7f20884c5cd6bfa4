import Glibc

extension SharedDescriptor {
    /// The names in the folder that it is of, sorted, without `.` and `..`.
    package func names() throws(SystemError) -> [String] {
        let raw = try Descriptor.open(".", in: self, O_RDONLY | O_DIRECTORY).release()
        guard let stream = fdopendir(raw) else {
            let error = SystemError.last("fdopendir")
            close(raw)
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            // readdir tells its end from an error by errno alone.
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError.last("readdir") }
                return names.sorted()
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}
