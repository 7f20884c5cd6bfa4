import Diagnostics

/// The sandbox profiles of some folders, a `.yaml` file each.
package struct ProfileCatalog: Sendable {
    package let profiles: [ProfileName: SandboxProfile]
    /// Where each was found.
    package let files: [ProfileName: String]

    /// Loads all profiles, or says everything that is wrong with any of them. A name found twice is an error: a folder
    /// of somebody else's must not replace `base`.
    package static func load(directories: [String]) throws(ManifestErrors) -> ProfileCatalog {
        var problems = ManyProblems()
        var profiles: [ProfileName: SandboxProfile] = [:]
        var files: [ProfileName: String] = [:]
        for directory in directories {
            let names = problems.collect { () throws(ManifestErrors) in try ManifestFolder.names(directory) } ?? []
            for name in names where name.utf8.suffix(5).elementsEqual(".yaml".utf8) {
                let file = directory + "/" + name
                let loaded = problems.collect { () throws(ManifestErrors) in try SandboxProfile.load(path: file) }
                guard let profile = loaded else { continue }
                if let first = files[profile.name] {
                    problems.duplicate(
                        profile.name.rawValue, "sandbox profile", in: file,
                        first: VisibleText.quoted(first, limit: 400))
                } else {
                    profiles[profile.name] = profile
                    files[profile.name] = file
                }
            }
        }
        try problems.check()
        return ProfileCatalog(profiles: profiles, files: files)
    }

    /// The profile of that name with everything that it extends merged in.
    package func resolve(_ name: ProfileName) throws(ProfileError) -> ResolvedProfile {
        try ProfileResolver.resolve(name, in: profiles)
    }
}
