import Diagnostics
import Glibc

/// Standard output and standard error of the program.
enum Output {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// What it says may hold a stranger's words.
    static func complain(_ text: String) { write("agentbox: " + VisibleText.block(text) + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
