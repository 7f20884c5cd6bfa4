import Approvals
import Ledger
import LinuxIO
import Sandbox
import StrictJSON

extension CanonicalCall {
    /// A resolved call with all that matters to it: resolved again, it is the same only if nothing of that has changed.
    ///
    /// - Parameter writes: What it has done to its copy of the workspace, if it ran there already.
    init(
        _ call: ResolvedCall, of tool: RegisteredTool, name: String, context: RunContext, expires: Moment, nonce: Nonce,
        writes: SubjectDigest? = nil
    ) {
        let limits = tool.tool.limits
        var bounds: JSONObject = [
            "milliseconds": .integer((limits.time ?? Executor.defaultTime).microseconds / 1000),
            "output": .integer(Int64(clamping: (limits.output ?? Executor.defaultOutput).bytes)),
        ]
        bounds["memory"] = limits.memory.map { .integer(Int64(clamping: $0.bytes)) }
        let environment = CallEnvironment.make(call.definition.profile, adding: [])
        self.init(
            run: context.run, call: name, task: context.task, intentDigest: context.intentDigest,
            tool: tool.tool.name.rawValue, toolDigest: tool.registration.toolDigest.description,
            executableDigest: tool.registration.executableDigest.description,
            profileDigest: tool.registration.profileDigest.description,
            arguments: call.arguments.objectValue ?? JSONObject(),
            environment: Dictionary(environment, uniquingKeysWith: { $1 }),
            grants: .array(
                call.grants.map(\.canonicalJSON) + [["words": .array(call.words.map(JSON.string))]]
                    + (writes.map { [["changes": .string($0.description)]] } ?? [])),
            credentials: call.credentialsJSON, limits: .object(bounds), expires: expires, nonce: nonce)
    }
}

extension ResolvedGrant {
    /// What the ledger has of the grant, and the very file that it is on, in the state in which it was found.
    fileprivate var canonicalJSON: JSON {
        var object: JSONObject = [word.rawValue: .string(subject)]
        if !opened.isEmpty { object["within"] = .array(opened.map { .string($0.description) }) }
        guard let path else { return .object(object) }
        object["kind"] = .string(path.kind.rawValue)
        guard let found = path.identity else { return .object(object) }
        // Calls beside this one change what is in a folder: that is no other folder.
        object["file"] = .string(
            path.kind == .directory
                ? "\(found.device):\(found.inode)"
                : "\(found.device):\(found.inode):\(found.size):\(found.modified.text):\(found.changed.text)")
        return .object(object)
    }
}

extension FileTime {
    fileprivate var text: String { "\(seconds).\(nanoseconds)" }
}
