import Diagnostics
import Manifests
import Store

/// Which credentials of tools are of sources that this home does not have.
struct MissingSources {
    private let home: String
    private let catalogue: SourceCatalog

    /// Blocking.
    init(_ home: Home) {
        self.home = home.sources
        catalogue = SourceCatalog.load(directory: home.sources)
    }

    /// A line for each file that does not load.
    var notes: [String] { catalogue.notes }

    /// A line for each source that is not there, with all the tools that need it.
    func warnings(of tools: [Tool]) -> [String] {
        var needs: [SourceName: [(tool: Tool, credential: String)]] = [:]
        for tool in tools {
            for credential in tool.credentials where catalogue.sources[credential.source] == nil {
                needs[credential.source, default: []].append((tool, credential.name))
            }
        }
        return needs.sorted { $0.key < $1.key }.map { source, needs in
            let names = Set(needs.map(\.tool.name)).sorted().map(\.rawValue)
            let what =
                names.count == 1
                ? "the tool `\(names[0])` needs the credential `\(needs[0].credential)` of the source `\(source)`"
                : "\(names.count) tools need credentials of the source `\(source)`: "
                    + VisibleText.list(names, conjunction: "and", limit: 3)
            let whose = names.count == 1 ? "its calls are" : "their calls are"
            if let broken = catalogue.broken(source).first {
                return
                    "\(what), and \(VisibleText.quoted(broken.file, limit: 400)) does not load: \(whose) denied until "
                    + "`agentbox credential check` finds nothing wrong with it"
            }
            let near = Nearest.match(source.rawValue, among: catalogue.sources.keys.map(\.rawValue).sorted())
            return "\(what), and there is none of that name: \(whose) denied until `\(home)/\(source).yaml` sets it up"
                + (near.map { " (did you mean `\($0)`?)" } ?? "; `agentbox credential list` shows those that there are")
        }
    }
}
