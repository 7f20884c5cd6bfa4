/// What Docker's `includes` and `excludes` ask of a host.
package struct OCIHost: Sendable {
    let capabilities: Set<String>
    let kernel: KernelVersion

    /// - Parameter capabilities: Those of the container: `CAP_SYS_ADMIN`. A call of agentbox has none.
    package init(capabilities: Set<String>, kernel: KernelVersion) {
        self.capabilities = capabilities
        self.kernel = kernel
    }

    func counts(_ rule: OCISeccomp.Rule) -> Bool {
        if let excludes = rule.excludes {
            if excludes.architectures.contains(Architecture.host.goName) { return false }
            if excludes.capabilities.contains(where: capabilities.contains) { return false }
            if let least = excludes.kernel, kernel >= least { return false }
        }
        guard let includes = rule.includes else { return true }
        if !includes.architectures.isEmpty, !includes.architectures.contains(Architecture.host.goName) { return false }
        if let least = includes.kernel, kernel < least { return false }
        return includes.capabilities.allSatisfy(capabilities.contains)
    }
}
