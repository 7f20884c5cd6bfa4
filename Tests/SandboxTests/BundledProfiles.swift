import Manifests
import Testing

@testable import Sandbox

/// The profiles of the checkout.
enum BundledProfiles {
    static let names = ["agent", "base", "build", "git", "pure", "script", "workspace-read", "workspace-write"]

    static func resolved(_ name: String) throws -> ResolvedProfile {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let name = try #require(ProfileName(name))
        return try ProfileCatalog.load(directories: [root + "/Sandboxes"]).resolve(name)
    }

    /// A profile of a text that extends a bundled one.
    static func resolved(_ parent: String, adding lines: String) throws -> ResolvedProfile {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: mine
            description: For tests.
            extends: \(parent)

            """
        let profile = try SandboxProfile.load(Array((text + lines + "\n").utf8), file: "mine.yaml")
        var profiles = try ProfileCatalog.load(directories: [root + "/Sandboxes"]).profiles
        profiles[profile.name] = profile
        return try ProfileResolver.resolve(profile.name, in: profiles)
    }
}
