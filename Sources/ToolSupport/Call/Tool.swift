import Diagnostics
import Glibc
import StrictJSON

/// The frame of every bundled tool.
package enum Tool {
    /// Longest input: more than a registry hands on.
    private static let longestInput = 8 << 20

    /// Reads the arguments from standard input, prints the result, exits: 0, or 1 with one line on standard error.
    ///
    /// ```swift
    /// Tool.run { arguments throws(ToolError) in
    ///     ["greeting": .string("hello " + (try arguments.text("name")))]
    /// }
    /// ```
    package static func run(_ body: (Arguments) throws(ToolError) -> JSON) -> Never {
        runReporting { arguments throws(ToolError) in Report(result: try body(arguments)) }
    }

    /// A result that may come with a failure: the result is printed, and the failure makes the tool exit with a status
    /// other than 0, so that nothing it wrote is published.
    package struct Report {
        package var result: JSON
        package var failure: ToolError?
        /// Of a failure.
        package var exitStatus: Int32

        package init(result: JSON, failure: ToolError? = nil, exitStatus: Int32 = 1) {
            self.result = result
            self.failure = failure
            self.exitStatus = exitStatus
        }
    }

    package static func runReporting(_ body: (Arguments) throws(ToolError) -> Report) -> Never {
        do throws(ToolError) {
            let report = try body(try readArguments())
            guard StandardStream.write(report.result.encoded() + [UInt8(ascii: "\n")], to: STDOUT_FILENO) else {
                exit(1)
            }
            if let failure = report.failure { fail(failure, exitStatus: report.exitStatus) }
            exit(0)
        } catch {
            fail(error)
        }
    }

    private static func readArguments() throws(ToolError) -> Arguments {
        guard let input = StandardStream.read(STDIN_FILENO, limit: longestInput) else {
            throw ToolError(
                .invalidArguments, "the arguments on standard input cannot be read, or are longer than 8 MiB")
        }
        do {
            return try Arguments(JSON(parsing: input))
        } catch let error as JSONError {
            throw ToolError(.invalidArguments, "the arguments are not JSON: \(error.message)", remedy: error.remedy)
        } catch let error as ToolError {
            throw error
        } catch {
            throw ToolError(.invalidArguments, "the arguments cannot be read")
        }
    }

    /// Says why in one line on standard error, and exits.
    package static func fail(_ error: ToolError, exitStatus: Int32 = 1) -> Never {
        let line = error.remedy.map { "\(error.message); \($0)" } ?? error.message
        _ = StandardStream.write(Array((VisibleText.line(line) + "\n").utf8), to: STDERR_FILENO)
        exit(exitStatus)
    }
}
