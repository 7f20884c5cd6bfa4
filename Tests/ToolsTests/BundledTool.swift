import StrictJSON
import TestSupport
import Testing

/// A bundled tool run by hand: without a sandbox, on a folder that stands for the workspace.
struct BundledTool {
    let name: String
    /// Of its manifest's `command`.
    let words: [String]

    init(_ name: String, _ words: [String] = []) {
        self.name = name
        self.words = words
    }

    struct Result {
        var status: Int32
        var output: JSON?
        /// One line, without its end.
        var error: String
    }

    func call(_ arguments: JSON, in workspace: TemporaryFolder, environment: [String: String]? = nil) -> Result {
        call(text: arguments.encodedString(), in: workspace, environment: environment)
    }

    func call(text: String, in workspace: TemporaryFolder, environment: [String: String]? = nil) -> Result {
        let result = Command.run(
            [InstalledAgentbox.buildFolder + "/agentbox-" + name] + words, input: text, environment: environment,
            in: workspace.path)
        return Result(
            status: result.status, output: try? JSON(parsing: result.output),
            error: String(result.errorOutput.reversed().drop { $0 == "\n" }.reversed()))
    }

    /// The result of a call that has to succeed.
    func succeed(
        _ arguments: JSON, in workspace: TemporaryFolder, at location: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let result = call(arguments, in: workspace)
        #expect(result.status == 0, "\(result.error)", sourceLocation: location)
        return try #require(result.output, sourceLocation: location)
    }

    /// The message of a call that has to fail: one line, nothing on standard output.
    func fail(
        _ arguments: JSON, in workspace: TemporaryFolder, at location: SourceLocation = #_sourceLocation
    ) -> String {
        let result = call(arguments, in: workspace)
        #expect(result.status == 1, sourceLocation: location)
        #expect(result.output == nil, sourceLocation: location)
        #expect(!result.error.isEmpty && !result.error.contains("\n"), sourceLocation: location)
        return result.error
    }
}
