import Glibc
import StrictJSON

/// The conformance suites that lie beside the repository, where they are to be had.
enum SuiteFiles {
    /// `AGENTBOX_SUITES`, or `../shared/suites` beside the package.
    static let root: String = {
        if let path = getenv("AGENTBOX_SUITES") { return String(cString: path) }
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/" + package + "/../shared/suites"
    }()

    /// The JSON files of a folder by name, in order; nil where the folder is missing.
    static func jsonFiles(in folder: String) -> [String]? {
        guard let directory = opendir("\(root)/\(folder)") else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
            }
            if name.hasSuffix(".json") { names.append(name) }
        }
        return names.sorted()
    }

    /// The JSON files of a folder and of the folders in it, by their paths from there.
    static func jsonFiles(below folder: String) -> [String]? {
        guard let files = jsonFiles(in: folder), let directory = opendir("\(root)/\(folder)") else { return nil }
        defer { closedir(directory) }
        var paths = files
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), !name.hasSuffix(".json") else { continue }
            paths += (jsonFiles(below: "\(folder)/\(name)") ?? []).map { "\(name)/\($0)" }
        }
        return paths.sorted()
    }

    static func json(_ path: String) throws -> JSON {
        guard let file = fopen("\(root)/\(path)", "r") else { throw MissingFile(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return try JSON(parsing: bytes)
    }

    struct MissingFile: Error {
        let path: String
    }
}
