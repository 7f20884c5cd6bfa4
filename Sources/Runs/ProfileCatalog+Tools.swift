import Diagnostics
import Manifests

extension ProfileCatalog {
    /// The profile that a tool names.
    ///
    /// - Throws: `ManifestErrors` at the line that is wrong: the tool's, or that of a profile which its own extends.
    package func profile(of entry: ToolCatalog.Entry) throws(ManifestErrors) -> ResolvedProfile {
        try profile(entry.tool.sandbox, namedIn: ManifestPlaces(entry))
    }

    /// The same of a server.
    package func profile(of entry: ToolCatalog.ServerEntry) throws(ManifestErrors) -> ResolvedProfile {
        try profile(entry.server.sandbox, namedIn: ManifestPlaces(file: entry.file))
    }

    private func profile(
        _ name: ProfileName, namedIn tool: @autoclosure () -> ManifestPlaces
    ) throws(ManifestErrors) -> ResolvedProfile {
        do throws(ProfileError) {
            return try resolve(name)
        } catch {
            let place = error.place.flatMap { place in
                files[place.profile].map { (ManifestPlaces(file: $0), place.key) }
            }
            let (file, key) = place ?? (tool(), "sandbox")
            throw ManifestErrors([
                file.problem(
                    at: [.key(key)], .init(rawValue: error.code), error.message, suggestion: error.remedy)
            ])
        }
    }
}
