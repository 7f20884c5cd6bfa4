import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

/// A workspace, a home and a run in a folder of their own.
final class WorkspaceFixture: Sendable {
    let folder: TemporaryFolder
    let workspace: WorkspaceRoot
    let run: String

    /// `files` are paths in the workspace and their texts, `links` paths and targets.
    init(_ files: [String: String] = [:], links: [String: String] = [:], readOnly: [String] = []) throws {
        folder = try TemporaryFolder()
        try folder.folder("workspace")
        run = try folder.folder("home/run", mode: 0o700)
        for (path, text) in files { try folder.write("workspace/" + path, text) }
        for (path, target) in links { symlink(target, folder("workspace/" + path)) }
        let root = folder("workspace")
        workspace = try WorkspaceRoot(root, home: folder("home"), readOnly: readOnly.map { root + "/" + $0 })
    }

    /// The host's path of something in the workspace.
    func callAsFunction(_ path: String) -> String { folder("workspace/" + path) }

    func text(_ path: String) -> String? { File.text(of: self(path)) }

    func grants(_ words: (GrantWord, String)...) throws -> [ResolvedGrant] {
        try words.map { word, value in
            if word == .git {
                return ResolvedGrant(
                    word: word, path: try workspace.locate(".git"), program: nil, gitPart: GitPart(rawValue: value))
            }
            return ResolvedGrant(
                word: word, path: try workspace.resolve(value, for: word), program: nil, gitPart: nil)
        }
    }

    func layers() throws -> RunLayers { try RunLayers(runDirectory: run, workspace: workspace) }

    /// Names in the workspace that a publication left behind; there must never be one.
    func leftovers() -> [String] {
        Command.run(["find", folder("workspace"), "-name", ".agentbox-*", "-o", "-name", "*.lock"]).output
            .split(separator: "\n").map { String($0) }
    }

    /// Every file with its mode and content, to compare states of the whole tree.
    func snapshot() -> String {
        let script = "find . -printf '%p %y %m %l\\n' | sort; find . -type f -exec sha256sum {} + | sort -k 2"
        return Command.run(["sh", "-c", script], in: folder("workspace")).output
    }
}

/// The process's own user: what a layer belongs to where no other can be mapped.
let thisUser = LayerOwner(user: geteuid(), group: getegid())

extension RunLayers {
    /// A layer that has to be there.
    func layer(
        _ grants: [ResolvedGrant], workspace: SandboxProfile.Workspace = .granted,
        view: SandboxProfile.View = .shared, limits: LayerLimits = LayerLimits()
    ) async throws -> WriteLayer {
        let profile = ResolvedProfile.fixture {
            $0.workspace = workspace
            $0.view = view
        }
        return try #require(try await prepare(for: grants, profile: profile, owner: thisUser, limits: limits))
    }
}

extension WriteLayer {
    /// Where the test, in the part of the call, writes.
    var path: String {
        get throws {
            let tree: SharedDescriptor
            switch mount {
            case .copied(let copies), .composed(let copies, _): tree = copies
            case .overlay(_, let upper, _): tree = upper
            }
            return try #require(try tree.currentPath())
        }
    }

    /// What a call under this layer does: `script` runs in `/bin/sh` in the workspace as the call sees it.
    @discardableResult
    func call(_ script: String) throws -> Command.Result {
        switch mount {
        case .copied, .composed: return Command.run(["sh", "-ec", script], in: try path)
        case .overlay(let lower, let upper, let work):
            let options = try [("lowerdir", lower), ("upperdir", upper), ("workdir", work)].map { name, folder in
                "\(name)=\(try #require(try folder.currentPath()))"
            }
            // The overlay lives in the workspace's place in a mount namespace of its own, and goes with it.
            let place = try #require(try lower.currentPath())
            let mount = "mount -t overlay overlay -o \(options.joined(separator: ",")),userxattr '\(place)'"
            let unshare = geteuid() == 0 ? ["unshare", "-m"] : ["unshare", "-Urm"]
            return Command.run(unshare + ["sh", "-ec", "\(mount); cd '\(place)'; \(script)"])
        }
    }

    /// Also what nobody waits for is done when this returns.
    func publish() async -> PublishOutcome {
        let outcome = await publish(as: ChangeOrigin(tool: "test", call: "1"))
        await settle()
        return outcome
    }
}

extension PublishOutcome {
    /// `published`, `nothing`, `conflict PATH: REASON` or `failed: MESSAGE`.
    var summary: String {
        switch self {
        case .published(let record): record == nil ? "nothing" : "published"
        case .conflict(let path, let reason): "conflict \(path): \(reason)"
        case .failed(let error): "failed: \(error.message)"
        }
    }
}

extension LayerDifference {
    /// `created file a.txt`, one a change.
    var summary: [String] { changes.map { "\($0.kind.rawValue) \($0.entry.rawValue) \($0.path)" }.sorted() }
    /// `create b.txt`, one a violation.
    var refusals: [String] { violations.map { "\($0.operation) \($0.path ?? "?")" }.sorted() }
}
