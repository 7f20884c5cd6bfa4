import Glibc
import LinuxIO

/// A private folder that is removed, with all it holds, when the value goes.
final class ScratchFolder: Sendable {
    let path: String

    init() throws(SystemError) {
        var template = Array("/tmp/agentbox-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        try? HostCommand.run(["/bin/rm", "-rf", path])
    }

    func write(_ name: String, _ text: String) throws(SystemError) {
        let file = try Descriptor.open(path + "/" + name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.writeAll(Array(text.utf8))
    }
}
