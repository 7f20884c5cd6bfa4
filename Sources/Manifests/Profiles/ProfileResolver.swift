/// Merges a profile with the profiles that it extends. From the farthest ancestor to the profile itself, each one's
/// lines change what came before:
///
/// - `isolation` adds: a profile can ask for more layers than its parent, never for fewer.
/// - `landlock.abi` is the greatest of the chain.
/// - `filesystem.read`, `filesystem.exec`, `syscalls.rules` and `environment.pass` add.
/// - `environment.set` adds, and replaces the value of a name that is there.
/// - `syscalls.deny` adds, and removes equal lines from the `allow` before it. `syscalls.allow` adds, and removes equal
///   lines from the `deny` before it. So the profile nearest to the tool decides about a name, and a group that is
///   denied can only be allowed again as that group. Where a name is covered by both, `deny` wins.
/// - Everything else, `filesystem.grants` among it, replaces.
///
/// What no profile of the chain says is the least: all three layers of isolation that every host has, no `/tmp`, no
/// workspace, no grants, EPERM. Limits have no least that means anything, so one that is not set is an error.
package enum ProfileResolver {
    /// Longer chains are beyond review.
    static let maximumDepth = 8

    /// The profile of that name with everything merged in.
    package static func resolve(
        _ name: ProfileName, in profiles: [ProfileName: SandboxProfile]
    ) throws(ProfileError) -> ResolvedProfile {
        var merge = ProfileMerge()
        for profile in try chain(name, in: profiles).reversed() { merge.add(profile) }
        return try merge.resolved(name)
    }

    /// The profile, its parent, and so on.
    private static func chain(
        _ name: ProfileName, in profiles: [ProfileName: SandboxProfile]
    ) throws(ProfileError) -> [SandboxProfile] {
        var chain: [SandboxProfile] = []
        var next: ProfileName? = name
        while let current = next {
            guard let profile = profiles[current] else {
                throw .unknown(current, extendedBy: chain.last?.name, among: profiles.keys.map(\.rawValue).sorted())
            }
            if let start = chain.firstIndex(where: { $0.name == current }) {
                throw .cycle(chain[start...].map(\.name) + [current])
            }
            guard chain.count < maximumDepth else { throw .tooDeep(name, limit: maximumDepth) }
            chain.append(profile)
            next = profile.extends
        }
        return chain
    }
}
