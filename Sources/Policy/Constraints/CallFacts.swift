import Hosts

/// What a rule may ask of: the call, the run up to it and the time. A host or a path in the arguments is read once,
/// however many rules ask for it.
struct CallFacts {
    let call: PolicyCall
    /// Nil where the call is of no certain tool: in tests of rules.
    let tool: PolicyTool?
    let state: TaskState
    let now: Instant
    private var hosts: [(pointer: [String], host: Result<Host, HostRefusal>)] = []
    private var paths: [(pointer: [String], path: Result<String, PathRefusal>)] = []

    /// A search in more would be slower than reading again: elements of a long array are asked for once each.
    private static let remembered = 8

    init(_ call: PolicyCall, of tool: PolicyTool?, state: TaskState, now: Instant) {
        self.call = call
        self.tool = tool
        self.state = state
        self.now = now
    }

    var schema: CompiledSchema? { tool?.inputSchema }

    mutating func host(_ text: String, at pointer: [String]) -> Result<Host, HostRefusal> {
        if let known = hosts.first(where: { $0.pointer == pointer }) { return known.host }
        let host = Result { () throws(HostRefusal) in try HostArgument.parse(text) }
        if hosts.count < Self.remembered { hosts.append((pointer, host)) }
        return host
    }

    mutating func path(at pointer: [String]) -> Result<String, PathRefusal> {
        if let known = paths.first(where: { $0.pointer == pointer }) { return known.path }
        let path = readPath(at: pointer)
        if paths.count < Self.remembered { paths.append((pointer, path)) }
        return path
    }

    private func readPath(at pointer: [String]) -> Result<String, PathRefusal> {
        switch call.resolvedPaths[pointer] {
        case nil:
            return .failure(PathRefusal("nothing resolved it"))
        case .unresolved(let reason):
            return .failure(PathRefusal(reason))
        case .resolved(let path):
            // INVARIANT: prefixes are compared by text, so `..` must not be in it whoever resolved it.
            return CanonicalPath.isCanonical(path)
                ? .success(path) : .failure(PathRefusal("what it was resolved to is not canonical"))
        }
    }
}
