import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Manifests
@testable import Sandbox

@Suite("A git grant publishes what git stores, and nothing that git obeys")
struct LayerGitTests {
    private let fixture: WorkspaceFixture
    private static let identity = "-c user.name=A -c user.email=a@example.com -c gc.auto=0 -c core.fsmonitor=false"

    init() throws {
        fixture = try WorkspaceFixture(["a.txt": "one\n"])
        let script = "git init -q -b main . && git add . && git \(Self.identity) commit -qm first && git branch side"
        let made = Command.run(["sh", "-ec", script], in: fixture.folder("workspace"))
        try #require(made.status == 0, "\(made.errorOutput)")
    }

    private func git(_ words: String) -> String {
        let result = Command.run(["sh", "-c", "HOME=/nonexistent git \(words) 2>&1"], in: fixture.folder("workspace"))
        return result.output.trimmingSuffix { $0.isWhitespace }
    }

    private func commitGrants() throws -> [ResolvedGrant] {
        try fixture.grants((.git, "objects"), (.git, "refs"), (.git, "index"))
    }

    @Test("A commit arrives whole: objects, branch, log and index")
    func commits() async throws {
        try fixture.folder.write("workspace/a.txt", "two\n")
        let layer = try await fixture.layers().layer(try commitGrants(), workspace: .all)
        let call = try layer.call("git add a.txt; git \(Self.identity) commit -qm second")
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(difference.violations == [])
        #expect(git("log --format=%s") == "first")
        #expect(await layer.publish().summary == "published")
        #expect(git("log --format=%s") == "second\nfirst")
        #expect(git("status --porcelain") == "" && git("fsck --strict") == "")
        #expect(git("reflog -1 --format=%gs") == "commit: second")
        #expect(fixture.leftovers() == [])
    }

    @Test("New branches in folders, tags and removed branches are published")
    func branches() async throws {
        let layer = try await fixture.layers().layer(try commitGrants(), workspace: .all)
        let call = try layer.call(
            "git checkout -q -b agent/fix; git tag v1; git branch -q -D side; git pack-refs --all")
        #expect(call.status == 0, "\(call.errorOutput)")
        #expect(await layer.publish().summary == "published")
        #expect(git("branch --format='%(refname:short)'") == "agent/fix\nmain")
        #expect(git("tag") == "v1" && git("symbolic-ref HEAD") == "refs/heads/agent/fix" && git("fsck") == "")
    }

    @Test(
        "What git obeys is discarded",
        arguments: [
            "echo '#!/bin/sh' > .git/hooks/pre-commit", "git config core.fsmonitor 'touch /tmp/owned'",
            "echo /tmp > .git/objects/info/alternates", "mkdir -p .git/modules/x; echo x > .git/modules/x/config",
            "mkdir -p .git/worktrees/x; echo x > .git/worktrees/x/gitdir", "echo '* filter=x' > .git/info/attributes",
            "rm -r .git/hooks", "rm .git/config", "chmod 777 .git/config", "echo /elsewhere > .git/HEAD",
            "rm .git/HEAD; ln -s /etc/passwd .git/HEAD", "echo 'ref: refs/remotes/x' > .git/HEAD",
            "echo 'ref: refs/heads/../../config' > .git/HEAD", "echo 'ref: config' > .git/refs/heads/x",
            "echo junk > .git/refs/heads/main", "echo junk > .git/index", "echo x > .git/objects/zz",
            "mkdir -p .git/objects/zz; echo x > .git/objects/zz/y", "echo x > .git/commondir", "rm .git/index",
            "echo x > .git/refs/heads/main.lock", "echo 'evil refs/heads/x' > .git/packed-refs",
            "f=$(find .git/objects -type f | head -1); chmod 644 $f; echo x > $f",
            "f=$(find .git/objects -type f | head -1); rm -f $f", "echo x > .git/index.lock",
            "mkdir .git/refs/remotes; echo x > .git/refs/remotes/x", "mkdir .git/objects/pack/x; echo > .git/gc.pid",
        ])
    func protects(script: String) async throws {
        let before = fixture.snapshot()
        let layer = try await fixture.layers().layer(try commitGrants(), workspace: .all)
        let call = try layer.call(script)
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(!difference.violations.isEmpty)
        _ = await layer.publish()
        #expect(fixture.snapshot() == before, "\(difference.summary)")
    }

    @Test("A commit that comes with something else in .git is published as a whole or not at all")
    func publishesTogether() async throws {
        try fixture.folder.write("workspace/a.txt", "two\n")
        let before = fixture.snapshot()
        // More strays than a report holds come first.
        let flood = "i=0; while [ $i -lt 120 ]; do : > ./-$i; i=$((i+1)); done"
        for stray in ["echo x > .git/description", "\(flood); echo x > .git/zz"] {
            let layer = try await fixture.layers().layer(try commitGrants(), workspace: .all)
            try layer.call("git add a.txt; git \(Self.identity) commit -qm second; \(stray)")
            #expect(await layer.publish().summary.contains("`git` grants do not cover"))
            #expect(fixture.snapshot() == before)
        }
        // Positive control.
        let layer = try await fixture.layers().layer(try commitGrants(), workspace: .all)
        try layer.call("git add a.txt; git \(Self.identity) commit -qm second; echo x > stray")
        #expect(await layer.publish().summary == "published")
        #expect(git("log --format=%s") == "second\nfirst")
    }

    @Test("Each part needs its own grant")
    func separatesParts() async throws {
        try fixture.folder.write("workspace/a.txt", "two\n")
        let layer = try await fixture.layers().layer(try fixture.grants((.git, "objects")), workspace: .all)
        try layer.call("git add a.txt; git \(Self.identity) commit -qm second")
        let difference = try await layer.compare()
        #expect(difference.changes.allSatisfy { $0.path.hasPrefix(".git/objects/") })
        #expect(difference.refusals.contains("modify .git/refs/heads/main"))
        #expect(difference.refusals.contains("modify .git/index"))
        #expect(await layer.publish().summary.contains("`git` grants do not cover"))
        #expect(git("log --format=%s") == "first" && git("count-objects").hasPrefix("3 objects"))
    }

    @Test("While somebody's git holds a lock nothing is published")
    func respectsLocks() async throws {
        try fixture.folder.write("workspace/a.txt", "two\n")
        let before = git("rev-parse HEAD")
        let layers = try fixture.layers()
        for lock in ["index.lock", "refs/heads/main.lock"] {
            let layer = try await layers.layer(try commitGrants(), workspace: .all)
            try layer.call("git add a.txt; git \(Self.identity) commit -qm second")
            try fixture.folder.write("workspace/.git/" + lock, "")
            #expect(await layer.publish().summary.contains("another git holds"))
            #expect(fixture.leftovers() == [fixture(".git/" + lock)], "the lock is its owner's to remove")
            #expect(git("rev-parse HEAD") == before)
            unlink(fixture(".git/" + lock))
        }
    }

    @Test("A repository that lies elsewhere is no repository")
    func refusesLinkedWorktrees() throws {
        let files = try WorkspaceFixture([".git": "gitdir: /elsewhere"])
        let template = GrantTemplate(word: .git, value: Template(source: "objects", segments: [.literal("objects")]))
        func reason(_ fixture: WorkspaceFixture) -> GrantError.Reason? {
            let resolved = GrantResolution.resolve(
                [template], arguments: [:], pathArguments: [], profile: .fixture(), workspace: fixture.workspace)
            if case .failure(let error) = resolved.grants { return error.reason }
            return nil
        }
        #expect(reason(files) == .notARepository)
        let linked = try WorkspaceFixture()
        symlink(fixture(".git"), linked(".git"))
        #expect(reason(linked) == .leavesWorkspace)
        #expect(reason(try WorkspaceFixture()) == .notARepository)
        #expect(reason(fixture) == nil)
        for name in ["commondir", "gitdir"] {
            try fixture.folder.write("workspace/.git/" + name, "../elsewhere\n")
            #expect(reason(fixture) == .notARepository)
            unlink(fixture(".git/" + name))
        }
        symlink("nowhere", fixture(".git/commondir"))
        #expect(reason(fixture) == .notARepository)
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, condition(last) { text.removeLast() }
        return text
    }
}
