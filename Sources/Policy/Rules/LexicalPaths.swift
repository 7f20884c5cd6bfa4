import StrictJSON

/// Paths resolved by their text alone, where there is no file system to ask: an intent's own tests, and calls that were
/// recorded elsewhere. No link is followed, so that what a link would have led astray is not seen.
package enum LexicalPaths {
    /// What became of the texts at some pointers into a call's arguments.
    ///
    /// - Parameter workspace: an absolute path; an absolute path beneath it is one in the workspace. Nil: absolute paths
    ///   lead out of it.
    package static func facts(
        at pointers: some Sequence<[String]>, in arguments: JSON, workspace: String? = nil
    ) -> [[String]: ResolvedPathFact] {
        var facts: [[String]: ResolvedPathFact] = [:]
        for pointer in pointers {
            guard let text = arguments.value(at: pointer)?.stringValue else { continue }
            do throws(PathRefusal) {
                facts[pointer] = .resolved(try CanonicalPath.lexical(relative(text, to: workspace)))
            } catch {
                facts[pointer] = .unresolved(error.reason)
            }
        }
        return facts
    }

    /// The canonical form of a relative path; nil for what leads out of the workspace, or is none.
    package static func canonical(_ text: String) -> String? { try? CanonicalPath.lexical(text) }

    /// The rest of an absolute path beneath the workspace; any other text as it is.
    private static func relative(_ text: String, to workspace: String?) -> String {
        guard let workspace, workspace.utf8.first == UInt8(ascii: "/"), text.utf8.first == UInt8(ascii: "/") else {
            return text
        }
        let top = workspace.split(separator: "/")
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        // `/work/../etc` begins like `/work` and is not beneath it: what is left still holds the way out.
        guard parts.count >= top.count, zip(parts, top).allSatisfy({ $0.utf8.elementsEqual($1.utf8) }) else {
            return text
        }
        let rest = parts.dropFirst(top.count).joined(separator: "/")
        return rest.isEmpty ? CanonicalPath.root : rest
    }
}
