import Diagnostics
import Manifests
import Sandbox

/// Grants that no call can have, since the profile stands against them: each would be denied, whatever its arguments.
enum GrantCheck {
    /// Blocking.
    static func problems(of subject: ToolSubject, _ profiles: ProfileCatalog) throws -> [ManifestProblem] {
        let (grants, profile, places) =
            switch subject {
            case .tool(let entry): (entry.tool.grants, try profiles.profile(of: entry), ManifestPlaces(entry))
            case .server(let entry):
                (entry.server.grants, try profiles.profile(of: entry), ManifestPlaces(file: entry.file))
            }
        return grants.enumerated().compactMap { index, grant in
            problem(with: grant.word, profile).map { message, remedy in
                places.problem(
                    at: ["grants", .index(index), .key(grant.word.rawValue)], .contradiction, message,
                    suggestion: remedy)
            }
        }
    }

    private static func problem(with word: GrantWord, _ profile: ResolvedProfile) -> (String, String?)? {
        do throws(GrantError) {
            try GrantResolution.require(word, of: profile)
        } catch {
            return ("\(error.message), so every call would be denied", error.remedy)
        }
        guard word == .listen else { return nil }
        // The grant would be good for nothing.
        for call in ["bind", "listen"] {
            guard let notice = try? RefusedLine(call).notice,
                let refused = try? Explainer(profile).explain(notice).first
            else { continue }
            return (
                "under the profile `\(profile.name)` no program can listen, for `\(call)` is refused: \(refused.reason)",
                "allow it by \(refused.remedy)"
            )
        }
        return nil
    }
}
