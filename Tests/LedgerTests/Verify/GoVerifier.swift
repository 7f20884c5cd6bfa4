import Glibc
import TestSupport

/// The independent verifier, built from Debian's own Go packages: nothing of agentbox is in it.
enum GoVerifier {
    private static let built = Result { try build() }

    /// Runs it; what it printed, `ok …` if it accepts.
    static func run(_ words: [String]) throws -> String {
        let helper = try HelperProcess(program: try built.get().path, words)
        let lines = try helper.lines()
        helper.wait()
        return lines.joined(separator: "\n")
    }

    private struct Program: Sendable {
        let folder: TemporaryFolder
        var path: String { folder("verifier") }
    }

    private static func build() throws -> Program {
        let program = Program(folder: try TemporaryFolder())
        let result = Command.run([InstalledAgentbox.checkout + "/Tests/Verifier/build.sh", program.path], in: "/")
        guard result.status == 0 else {
            throw TestSupportError(
                "no verifier: `apt install golang-go golang-golang-x-mod-dev`, as make does: \(result)")
        }
        return program
    }
}
