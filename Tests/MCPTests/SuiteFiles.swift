import Glibc
import StrictJSON

/// The published schemas and example messages, where they are to be had.
enum SuiteFiles {
    /// `AGENTBOX_SUITES`, or `../shared/suites` beside the package.
    static let root: String = {
        if let path = getenv("AGENTBOX_SUITES") { return String(cString: path) }
        return "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/../shared/suites"
    }()

    static func names(in folder: String) -> [String] {
        guard let directory = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen("\(root)/\(path)", "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
