import Diagnostics
import Manifests
import Store

/// Which credentials of tools are of sources that this home does not have.
struct MissingSources {
    private let home: String
    private let known: Set<SourceName>
    private let problem: String?

    /// Blocking.
    init(_ home: Home) {
        self.home = home.sources
        do throws(ManifestErrors) {
            known = Set(try SourceCatalog.load(directory: home.sources).sources.keys)
            problem = nil
        } catch {
            known = []
            problem = error.message
        }
    }

    /// A line for each.
    func warnings(of tool: Tool) -> [String] {
        tool.credentials.filter { !known.contains($0.source) }.map { credential in
            let what =
                "the tool `\(tool.name)` needs the credential `\(credential.name)` of the source `\(credential.source)`"
            if let problem { return "\(what), and the sources cannot be read: \(problem)" }
            let near = Nearest.match(credential.source.rawValue, among: known.map(\.rawValue).sorted())
            return "\(what), and there is none of that name: its calls are denied until "
                + "`\(home)/\(credential.source).yaml` sets it up"
                + (near.map { " (did you mean `\($0)`?)" } ?? "; `agentbox credential list` shows those that there are")
        }
    }
}
