import Diagnostics

/// What the command line itself finds wrong: with an argument, or with what it was asked to look up.
struct CommandError: Diagnostic {
    let code = "command-error"
    let message: String
    let remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
