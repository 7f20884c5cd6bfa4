import Glibc
import LinuxIO
import Manifests

/// Errors that a refused system call returns: `EINVAL`, or a number.
enum ErrorNumbers {
    /// The kernel's MAX_ERRNO: beyond it a program would read the result as success.
    private static let greatest: Int32 = 4095

    private static let byName: [String: Int32] = {
        var numbers = ["EWOULDBLOCK": EAGAIN, "ENOTSUP": EOPNOTSUPP, "EDEADLOCK": EDEADLK]
        for number in Int32(1)..<200 {
            let name = SystemError.name(of: number)
            if name.hasPrefix("E") { numbers[name] = number }
        }
        return numbers
    }()

    /// By its name alone; nil if there is no such error.
    static func named(_ name: String) -> Int32? { byName[name] }

    static func value(of text: String) throws(SandboxError) -> Int32 {
        if let number = byName[text] ?? Int32(text), (1...greatest).contains(number) { return number }
        throw SandboxError(
            .unknownName, "`\(text)` is no error that a system call returns",
            remedy: Nearest.match(text, among: byName.keys.sorted()).map { "did you mean `\($0)`?" }
                ?? "write its name, such as `EINVAL`, or a number from 1 to \(greatest)")
    }

    /// `EINVAL`; the number where the C library has no name for it.
    static func name(of number: Int32) -> String {
        let name = SystemError.name(of: number)
        return name.hasPrefix("E") ? name : String(number)
    }
}
