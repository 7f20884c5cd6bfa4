import Manifests
import StrictJSON

/// A call that happened and that a proposed intent is to allow.
package struct ObservedCall: Sendable {
    package var tool: ToolName
    /// As they were decided about; an object.
    package var arguments: JSON
    /// Where it is on record: a line of a trace, or an index of the ledger.
    package var place: Int
    /// What it returned, where that is on record.
    package var result: JSON?
    /// True if its output can be trusted.
    package var isTrusted: Bool

    package init(tool: ToolName, arguments: JSON, place: Int, result: JSON? = nil, isTrusted: Bool = false) {
        self.tool = tool
        self.arguments = arguments
        self.place = place
        self.result = result
        self.isTrusted = isTrusted
    }
}

/// What an intent is proposed from.
package struct Observations: Sendable {
    /// What `place` counts: `line` or `entry`.
    package var placeWord: String
    /// Where the calls are on record, for the first comment.
    package var source: String
    package var name: String
    package var purpose: String
    package var principal: String
    package var hasWorkspace: Bool
    package var calls: [ObservedCall] = []
    /// What was left out, and why: a sentence each.
    package var notes: [String] = []

    package init(
        placeWord: String, source: String, name: String, purpose: String, principal: String, hasWorkspace: Bool
    ) {
        self.placeWord = placeWord
        self.source = source
        self.name = name
        self.purpose = purpose
        self.principal = principal
        self.hasWorkspace = hasWorkspace
    }
}

extension Observations {
    /// Most calls that an intent is proposed from: it is to be read by a person.
    static let mostCalls = 100_000

    /// The calls of a trace that are meant to be allowed: not those that it marks as an attack's or expects to be
    /// denied.
    package static func trace(
        _ path: String, tools: ReplayTools, principal: String, name: String
    ) throws(ReplayError) -> Observations {
        var observations = Observations(
            placeWord: "line", source: path, name: name, purpose: "Proposed from \(path): say what the task is.",
            principal: principal, hasWorkspace: false)
        var reader = try TraceReader(path)
        var unknown = 0
        var unwanted = 0
        while let call = try reader.next() {
            guard call.expected != .deny, !call.isAttack else {
                unwanted += 1
                continue
            }
            guard let name = ToolName(call.tool), let tool = tools.tools[name], call.arguments.objectValue != nil else {
                unknown += 1
                continue
            }
            guard observations.calls.count < mostCalls else {
                throw ReplayError(.badProposal, "\(path) holds more than \(mostCalls) calls")
            }
            observations.hasWorkspace = observations.hasWorkspace || tool.manifest?.grants.isEmpty == false
            observations.calls.append(
                ObservedCall(
                    tool: name, arguments: tool.arguments(call.arguments), place: reader.line, result: call.result,
                    isTrusted: call.outputLabels(registered: tool.outputLabels).isEmpty))
        }
        if unwanted > 0 { observations.notes.append("\(unwanted) that were not to be allowed are left out") }
        if unknown > 0 { observations.notes.append("\(unknown) of tools that are not described are left out") }
        return observations
    }
}
