import MCP
import Registry
import StrictJSON

/// A tool's result as a client inside a run got it, for what `agentbox call` prints.
struct ReceivedResult {
    private let result: MCPToolResult
    /// What became of the process; null if none was started.
    private let outcome: JSON

    init(_ result: MCPToolResult) {
        self.result = result
        outcome = result.meta?[Outcome.outcomeKey] ?? .null
    }

    var callResult: CallResult {
        CallResult(json: json, output: text(of: "stdout") ?? "", complaint: complaint, exitStatus: exitStatus)
    }

    /// The text that the process wrote into a stream; nil if it wrote nothing, or if that was not handed on.
    private func text(of stream: String) -> String? {
        let texts = blocks(of: stream).compactMap { result.content[$0].text }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    /// Where the stream stands in the content: in one block, or in those of a server's answer.
    private func blocks(of stream: String) -> [Int] {
        let value = outcome["blocks"]?[stream]
        let places = value?.arrayValue ?? value.map { [$0] } ?? []
        return places.compactMap { $0.integerValue.map { Int($0) } }.filter(result.content.indices.contains)
    }

    /// Everything but the output, for standard error.
    private var complaint: String? {
        let output = blocks(of: "stdout")
        let remarks = result.content.enumerated().filter { !output.contains($0.offset) }.compactMap(\.element.text)
            .filter { !$0.isEmpty }.map(\.withoutLastLineEnd)
        return remarks.isEmpty ? nil : remarks.joined(separator: "\n")
    }

    /// The members that `call --intent` prints. What an agent may not know is null: the rules, and where the ledger has
    /// the call, which would tell how busy other runs are.
    private var json: JSON {
        let effect = result.reason?["effect"]?.stringValue
        let isDenied = effect == "deny" || effect == "approve"
        var object = JSONObject()
        object["decision"] = .string(isDenied ? "deny" : "allow")
        object["code"] = isDenied ? result.reason?["code"] ?? .null : "allowed"
        object["reason"] = isDenied ? result.reason?["reason"] ?? .null : .null
        object["rules"] = .null
        object["outcome"] = isDenied ? .null : .object(outcomeMembers)
        object["ledgerIndex"] = .null
        return .object(object)
    }

    private var outcomeMembers: JSONObject {
        guard var members = outcome.objectValue else {
            let reason = result.reason
            return [
                "status": "failed", "end": reason?["code"] ?? .null,
                "failure": ["code": reason?["code"] ?? .null, "message": reason?["reason"] ?? .null],
            ]
        }
        members["blocks"] = nil
        members["exit"] = members["exit"] ?? .null
        members["signal"] = members["signal"] ?? .null
        members["stdout"] = .string(text(of: "stdout") ?? "")
        // The registry hands on what a tool complained of only if it failed.
        members["stderr"] = result.isError ? .string(text(of: "stderr") ?? "") : .null
        members["structured"] = result.structuredContent ?? .null
        return members
    }

    private var exitStatus: Int32 {
        guard result.isError else { return 0 }
        if let effect = result.reason?["effect"]?.stringValue, effect != "error" { return 126 }
        guard let status = result.meta?[Outcome.exitStatusKey]?.integerValue else { return 125 }
        return Int32(truncatingIfNeeded: status)
    }
}
