import Policy
import Registry
import StrictJSON

/// What `agentbox call` prints of one call.
package struct CallResult: Sendable {
    /// The one object of `--json`.
    package var json: JSON
    /// What the tool put out.
    package var output: String
    /// What went wrong, for standard error; nil if nothing did.
    package var complaint: String?
    /// The tool's own, or what the command line documents: 126 denied, 124 timeout, 128+n signal, 125 otherwise.
    package var exitStatus: Int32
}

/// Whoever can make a call: this process itself, or the registry of the run that it is in.
package protocol ToolCaller: Sendable {
    /// The tool's input schema; nil if there is no such tool.
    func inputSchema(of tool: String) async throws -> JSON?
    /// Makes the call and waits for its end.
    func call(_ tool: String, _ arguments: JSON) async throws -> CallResult
    /// Ends what was begun. To be called once, last. Returns what the person has to be told if that went wrong.
    func close() async -> String?
}

extension String {
    /// Whoever prints it ends the line.
    var withoutLastLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}

extension Outcome {
    /// The exit status that the command line documents.
    package var exitStatus: Int32 {
        if status == .denied { return 126 }
        switch report?.end {
        case .answered(let isError)?: return isError ? 1 : self.status == .succeeded ? 0 : 125
        case .exited(let status)?: return status == 0 && self.status != .succeeded ? 125 : status
        case .signalled(let signal)?: return 128 + signal
        case .timedOut?: return 124
        case .cancelled?, .outputLimit?, nil: return 125
        }
    }

    var callResult: CallResult {
        var complaints: [String] = []
        if status == .denied { complaints.append("denied: \(decision.reason)") }
        if let failure {
            complaints.append((["failed: \(failure.message)"] + failure.details).joined(separator: "\n    "))
        }
        if let unrecordedEnd { complaints.append("the end of the call is not on record: \(unrecordedEnd)") }
        if case .conflict(let path, let reason) = publication {
            complaints.append("conflict: nothing was written, because `\(path)` changed meanwhile: \(reason)")
        }
        if let errors = report.map({ String(decoding: $0.errorOutput, as: UTF8.self) }), !errors.isEmpty {
            complaints.append(errors.withoutLastLineEnd)
        }
        if !violations.isEmpty {
            complaints.append("refused by the sandbox: " + violations.map(\.sentence).joined(separator: "; "))
        }
        return CallResult(
            json: json(), output: report.map { String(decoding: $0.output, as: UTF8.self) } ?? "",
            complaint: complaints.isEmpty ? nil : complaints.joined(separator: "\n"), exitStatus: exitStatus)
    }
}
