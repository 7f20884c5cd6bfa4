import Diagnostics
import Glibc
import Manifests

/// The profile that an imported server runs in: the one that the author named, and where folders are shown besides, one
/// of its own that extends it. So what the server may see stands in a profile, where whoever reviews sandboxes looks.
package struct RuntimeProfile: Sendable {
    package let name: ProfileName
    package let resolved: ResolvedProfile
    /// The manifest to write beside the server's; nil if the named profile does.
    package let text: String?

    init(_ server: ToolName, _ options: ServerImport.Options, _ profiles: ProfileCatalog) throws {
        guard let base = ProfileName(options.sandbox) else {
            throw RunError("`\(options.sandbox)` is not a profile's name", remedy: "see `agentbox sandbox list`")
        }
        guard !options.readable.isEmpty else {
            name = base
            resolved = try profiles.resolve(base)
            text = nil
            return
        }
        let folders = try options.readable.map { try Self.realPath(of: $0) }
        let list = YAMLText.value(.array(folders.map { .string($0) }))
        let own = server.rawValue + "-server"
        let text = """
            # What the tool server `\(server)` sees beside `\(base)`: its runtime. Files in these folders are not pinned:
            # whoever can change them changes the server.
            apiVersion: \(Manifests.apiVersion)
            kind: Sandbox
            name: \(own)
            description: Runs the tool server \(server).
            extends: \(base)

            filesystem:
              read: \(list)
              exec: \(list)

            """
        let profile = try SandboxProfile.load(Array(text.utf8), file: own + ".yaml")
        guard profiles.profiles[profile.name] == nil else {
            throw RunError(
                "there is a profile `\(own)` already", remedy: "choose it with --sandbox, or another name with --name")
        }
        name = profile.name
        resolved = try ProfileResolver.resolve(
            profile.name, in: profiles.profiles.merging([profile.name: profile]) { _, new in new })
        self.text = text
    }

    private static func realPath(of folder: String) throws -> String {
        guard let resolved = realpath(folder, nil) else {
            throw RunError(
                "--read: \(VisibleText.quoted(folder)): \(String(cString: strerror(errno)).lowercased())",
                remedy: "name a folder that is there")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
