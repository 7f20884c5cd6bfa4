import Glibc
import StrictJSON
import ToolSupport

/// How much of each stream comes back. Escaped as JSON, both stay below the call's output limit.
let keptOutput = 128 << 10

/// Runs the program; one that there is not ends the tool as a shell ends.
func run(_ words: [String]) throws(ToolError) -> Program.Result {
    do throws(ToolError) {
        return try Program(words, outputLimit: keptOutput).run()
    } catch {
        guard error.code == ToolError.Code.notFound.rawValue else { throw error }
        Tool.fail(error, exitStatus: 127)
    }
}

// exec.run: one program with its arguments, no shell. What it may touch, the sandbox of this call says.
Tool.runReporting { arguments throws(ToolError) in
    try arguments.allow("argv", "cwd", "writes", "writesUnder")
    let words = try arguments.texts("argv")
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
        throw ToolError(.invalidArguments, "a word of `argv` holds a NUL character")
    }
    let asksForWrites = try !(arguments.texts("writes") + arguments.texts("writesUnder")).isEmpty
    if let text = try arguments.optionalText("cwd") {
        let folder = try WorkspacePath(text)
        guard chdir(folder.relative) == 0 else { throw ToolError.system(errno, "enter", folder.relative) }
    }
    let result = try run(words)
    var report: JSONObject = [
        "stdout": .string(result.output.text), "stderr": .string(result.errorOutput.text),
        "complete": .bool(!result.output.isCut && !result.errorOutput.isCut),
    ]
    if let status = result.status { report["exitCode"] = .integer(Int64(status)) }
    if let signal = result.signal { report["signal"] = .integer(Int64(signal)) }
    guard result.status != 0 else { return Tool.Report(result: .object(report)) }
    // The call fails with the program, after it has said what happened: what it wrote until then is not published, and
    // `after: [exec.run]` in an intent means a program that succeeded.
    let how = result.status.map { "exited with \($0)" } ?? "was ended by signal \(result.signal ?? 0)"
    let failure = ToolError(
        .programFailed, "the program \(how)" + (asksForWrites ? ", so nothing that it wrote was kept" : ""),
        remedy: "see stdout and stderr in the result")
    return Tool.Report(
        result: .object(report), failure: failure, exitStatus: result.status ?? 128 + (result.signal ?? 0))
}
