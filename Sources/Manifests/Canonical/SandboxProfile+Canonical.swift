import StrictJSON

extension SandboxProfile {
    /// The profile as written, without what it inherits.
    package func canonicalJSON() -> JSON {
        var filesystem = CanonicalObject()
        filesystem.add("read", self.filesystem.read)
        filesystem.add("exec", self.filesystem.exec)
        filesystem.add("tmp", self.filesystem.tmp)
        filesystem.add("workspace", self.filesystem.workspace?.rawValue)
        filesystem.add("view", self.filesystem.view?.rawValue)
        filesystem.add("grants", self.filesystem.grants?.map(\.rawValue))
        var syscalls = CanonicalObject()
        syscalls.add("default", self.syscalls.defaultAction?.rawValue)
        syscalls.add("allow", self.syscalls.allow)
        syscalls.add("deny", self.syscalls.deny)
        syscalls.add("rules", self.syscalls.rules.map { .array($0.map(\.canonicalJSON)) })
        syscalls.add("report", self.syscalls.report.map(JSON.bool))
        var environment = CanonicalObject()
        environment.add("pass", self.environment.pass)
        environment.add("set", self.environment.set.map { variables($0.sorted { $0.key < $1.key }) })
        var object = CanonicalObject(kind: "Sandbox")
        object.add("name", name.rawValue)
        object.add("description", description)
        object.add("extends", extends?.rawValue)
        object.add("isolation", isolation?.map(\.rawValue))
        object.add("landlock", landlockABI.map { ["abi": .integer(Int64($0))] })
        object.add("filesystem", filesystem)
        object.add("network", network?.rawValue)
        object.add("syscalls", syscalls)
        object.add("environment", environment)
        object.add("limits", limits.canonicalObject)
        return object.json
    }
}

extension ResolvedProfile {
    /// What digests of the profile are taken of: everything that the sandbox is made from. A profile that extends
    /// nothing and is written like this resolves to the same.
    package func canonicalJSON() -> JSON {
        var filesystem = CanonicalObject()
        filesystem.add("read", read)
        filesystem.add("exec", exec)
        filesystem.add("tmp", tmp)
        filesystem.add("workspace", workspace.rawValue)
        // The default is not written: what was registered before there was another stays what it is.
        if view == .own { filesystem.add("view", view.rawValue) }
        filesystem.add("grants", grants.map(\.rawValue).sorted())
        var syscalls = CanonicalObject()
        syscalls.add("default", defaultAction.rawValue)
        syscalls.add("allow", allow)
        syscalls.add("deny", deny)
        syscalls.add("rules", .array(rules.map(\.canonicalJSON)))
        if !reportsRefusals { syscalls.add("report", .bool(false)) }
        var environment = CanonicalObject()
        environment.add("pass", pass)
        environment.add("set", variables(set))
        var object = CanonicalObject(kind: "Sandbox")
        object.add("name", name.rawValue)
        object.add("description", description)
        object.add("isolation", isolation.map(\.rawValue).sorted())
        object.add("landlock", landlockABI.map { ["abi": .integer(Int64($0))] })
        object.add("filesystem", filesystem)
        object.add("network", network.rawValue)
        object.add("syscalls", syscalls)
        object.add("environment", environment)
        object.add(
            "limits",
            SandboxProfile.ProfileLimits(
                memory: limits.memory, processes: limits.processes, cpu: limits.cpu, files: limits.files,
                fileSize: limits.fileSize, connections: limits.connections, traffic: limits.traffic,
                connectionTime: limits.connectionTime
            ).canonicalObject)
        return object.json
    }
}

extension SandboxProfile.ProfileLimits {
    fileprivate var canonicalObject: CanonicalObject {
        var object = CanonicalObject()
        object.add("memory", memory)
        object.add("processes", processes)
        object.add("cpu", cpu)
        object.add("files", files)
        object.add("fileSize", fileSize)
        object.add("connections", connections)
        object.add("traffic", traffic)
        object.add("connectionTime", connectionTime)
        return object
    }
}

extension SandboxProfile.SystemCalls.Rule {
    fileprivate var canonicalJSON: JSON {
        var object = CanonicalObject()
        object.add("syscall", syscall)
        if isAlternative {
            object.add(
                "when",
                .array(
                    conditions.map { condition in
                        var inner = CanonicalObject()
                        condition.add(to: &inner)
                        return inner.json
                    }))
        } else {
            conditions.first?.add(to: &object)
        }
        object.add("action", action.rawValue)
        object.add("errno", errno.map(number))
        return object.json
    }
}

extension SandboxProfile.SystemCalls.Condition {
    fileprivate func add(to object: inout CanonicalObject) {
        object.add("arg", argument)
        object.add("mask", mask.map(number))
        switch test {
        case .in(let values): object.add("in", .array(values.map(number)))
        case .notIn(let values): object.add("notIn", .array(values.map(number)))
        case .range(let from, let to):
            object.add("from", from.map(number))
            object.add("to", to.map(number))
        }
        object.add("bits", bits)
    }
}

/// A number, or the name of a constant.
private func number(_ text: String) -> JSON { Int64(text).map { .integer($0) } ?? .string(text) }

private func variables(_ variables: some Sequence<(String, String)>) -> JSON {
    .object(JSONObject(uniqueMembers: variables.map { ($0, JSON.string($1)) }))
}
