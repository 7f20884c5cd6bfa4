extension AllowedSigners {
    /// How many people could meet a requirement with the keys that the file lists; nil if its patterns and authorities
    /// leave open how many there are.
    ///
    /// - Parameter principal: Who answers for the task.
    package func mostApprovers(
        for requirement: ApprovalRequirement, principal: String, now: Moment
    ) -> Int? {
        let usable = entries.filter { entry in
            (entry.namespaces?.matches(Approvals.namespace) ?? true)
                && (entry.validAfter.map { $0 <= now } ?? true) && (entry.validBefore.map { now < $0 } ?? true)
                // An authority may vouch for keys of any kind.
                && (entry.isAuthority || requirement.assuranceOfEach < .hardwareKey || entry.key.isSecurityKey)
        }
        let credentials = self.credentials.filter {
            requirement.assuranceOfEach < .hardwareKey || $0.kind == .device
        }
        let isPrincipals = requirement.roles.isEmpty && requirement.quorum == 1 && !requirement.excludesPrincipal
        if !isPrincipals, usable.contains(where: \.principals.hasPatterns),
            requirement.roles.allSatisfy(isGivenByPattern)
        {
            return nil
        }
        var names = Set(usable.flatMap(\.principals.writtenNames) + credentials.map(\.name))
        for case .role(let role, let list) in directives where requirement.roles.contains(role) {
            names.formUnion(list.writtenNames)
        }
        if isPrincipals { names = [principal] }
        let excluded = requirement.excludesPrincipal ? aliases(of: principal) : []
        let people = names.filter { name in
            (usable.contains { $0.principals.matches(name) } || credentials.contains { $0.name == name })
                && requirement.roles.allSatisfy { hasRole($0, name) } && !excluded.contains(name.lowercased())
        }
        return Set(people.map { aliases(of: $0) }).count
    }

    private func isGivenByPattern(_ role: String) -> Bool {
        directives.contains { directive in
            if case .role(role, let names) = directive { names.hasPatterns } else { false }
        }
    }
}
