import StrictJSON
import ToolSupport

// postgres.query: one SQL statement with bound parameters, in a transaction that can only read, against the database that
// the socket of the call's credential leads to. With `--write` as its manifest's word it is postgres.execute, with
// `--describe` postgres.describe.
let word = CommandLine.arguments.dropFirst().first
Tool.runReporting { arguments throws(ToolError) in
    do throws(ServerFailure) {
        switch word {
        case nil: return Tool.Report(result: try Query(arguments, writes: false).run())
        case "--write": return Tool.Report(result: try Query(arguments, writes: true).run())
        case "--describe": return Tool.Report(result: try Describing(arguments).run())
        default: throw .own(ToolError(.invalidArguments, "the manifest's command has a word that is not known"))
        }
    } catch {
        switch error {
        case .own(let error): throw error
        // What the server said is worth more than a line: it is the result of the failed call.
        case .said(let said): return Tool.Report(result: ["error": said.json], failure: said.error)
        }
    }
}
