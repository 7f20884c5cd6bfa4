import Glibc
import LinuxIO

/// Where this agentbox lies, and its parts with it. They are found from `/proc/self/exe`, never from PATH or the
/// environment: whoever sets those must not choose what agentbox executes.
package struct Installation: Sendable {
    /// `agentbox` itself.
    package let executable: String
    /// The folder of `agentbox-init` and of the bundled tools' executables.
    package let programs: String
    /// The folder of the bundled tools' manifests.
    package let tools: String
    /// The folder of the bundled sandbox profiles.
    package let sandboxes: String

    package init(executable: String, programs: String, tools: String, sandboxes: String) {
        self.executable = executable
        self.programs = programs
        self.tools = tools
        self.sandboxes = sandboxes
    }

    /// The installation of the running executable.
    package static func find() throws(StoreError) -> Installation {
        let executable = try StoreError.translating("cannot tell where agentbox lies") {
            try Descriptor.open("/proc/self/exe", O_RDONLY).currentPath("/proc/self/exe")
        }
        return try of(executable)
    }

    /// The installation that an executable belongs to: a checkout if it lies below a folder `.build`, else a prefix. It is
    /// `agentbox`, or one of the programs beside it, such as `agentbox-console`.
    static func of(_ executable: String) throws(StoreError) -> Installation {
        let parts = executable.split(separator: "/")
        let folder = "/" + parts.dropLast().joined(separator: "/")
        if let build = parts.lastIndex(of: ".build") {
            let root = "/" + parts[..<build].joined(separator: "/")
            let name = parts.last.map(String.init) ?? ""
            return Installation(
                executable: name.hasPrefix("agentbox-") ? folder + "/agentbox" : executable, programs: folder,
                tools: root + "/Tools", sandboxes: root + "/Sandboxes")
        }
        let library = parts.dropLast().suffix(2)
        if library.elementsEqual(["libexec", "agentbox"]) {
            return try of(parts.dropLast(3).map { "/" + $0 }.joined() + "/bin/agentbox")
        }
        guard parts.dropLast().last == "bin" else {
            throw StoreError(
                .installation,
                "`\(executable)` lies neither in a folder `bin` nor below `.build`, so its parts are unknown",
                remedy: "install agentbox with `make install PREFIX=…` and start it there")
        }
        let prefix = parts.dropLast(2).map { "/" + $0 }.joined()
        return Installation(
            executable: executable, programs: prefix + "/libexec/agentbox", tools: prefix + "/share/agentbox/Tools",
            sandboxes: prefix + "/share/agentbox/Sandboxes")
    }
}

extension Descriptor {
    /// The canonical path of what is open.
    borrowing func currentPath(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try retrying("readlink", name) { readlink("/proc/self/fd/\(raw)", &buffer, buffer.count) }
        guard let path = String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) else {
            throw StoreError(.unsafePath, "the path of `\(name)` is not UTF-8")
        }
        return path
    }
}
