import Manifests
import Replay
import StrictJSON

/// What all values of an argument have in common, in the words of a constraint.
enum FileArgument {
    /// Of an argument that names files of the workspace, where they are; nil of any other, and where nothing can be said.
    static func constraint(_ name: String, of tool: ReplayTool, values: [JSON]) -> JSON? {
        switch ArgumentKind.of(name, tool, values: values) {
        case .file, .files: proposal(name, of: tool, values: values).flatMap { isAboutPlaces($0) ? $0 : nil }
        case .value: nil
        }
    }

    /// Of any argument.
    static func proposal(_ name: String, of tool: ReplayTool, values: [JSON]) -> JSON? {
        let sorted = values.sorted { $0.encodedString() < $1.encodedString() }
        return ArgumentProposal.of(sorted, kind: ArgumentKind.of(name, tool, values: sorted)).constraint
    }

    private static func isAboutPlaces(_ constraint: JSON) -> Bool {
        constraint["under"] != nil || constraint["each"]?["under"] != nil
    }
}
