import Testing

@testable import Manifests

@Suite("The bundled profiles are the least that works")
struct BundledProfilesTests {
    static let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sandboxes"

    static let names = [
        "agent", "base", "build", "fetch", "git", "git-remote", "mcp-http", "postgres", "pure", "script", "server",
        "workspace-read", "workspace-write",
    ]

    /// What `sandbox learn` wrote.
    static let learned = ["learned-curl", "learned-gcc", "learned-git", "learned-python", "learned-sqlite3"]

    @Test("those that were learned give what was seen and nothing else", arguments: learned)
    func learns(_ name: String) throws {
        let profile = try resolve(name)
        #expect(profile.isolation == [.namespaces, .landlock, .seccomp])
        #expect(profile.network == .none && profile.defaultAction == .eperm && profile.deny.isEmpty)
        #expect(!profile.allow.contains { $0.hasPrefix("@") }, "each system call by its name")
        for call in ["ptrace", "mount", "unshare", "bpf", "socket", "kill", "io_uring_setup"] {
            #expect(!profile.allow.contains(call))
        }
        #expect(
            !profile.read.contains { $0 == "/usr" || $0 == "/etc" || $0.hasPrefix("/home") || $0.hasPrefix("/root") })
        #expect(!profile.exec.contains { $0 == "/usr" || $0 == "/usr/bin" })
    }

    @Test("all of them load, resolve, and require the three layers that every host has", arguments: names)
    func resolves(_ name: String) throws {
        let profile = try resolve(name)
        #expect(profile.isolation == [.namespaces, .landlock, .seccomp])
        #expect(profile.network == (["agent", "fetch", "git-remote"].contains(name) ? .granted : .none))
        #expect(profile.defaultAction == .eperm)
        #expect(profile.deny.contains("ptrace") && profile.deny.contains("io_uring_setup"))
        #expect(!profile.read.contains { $0.hasPrefix("/home") || $0.hasPrefix("/root") || $0.hasPrefix("/var") })
    }

    @Test("there are no others")
    func complete() throws {
        #expect(
            try ProfileCatalog.load(directories: [Self.folder]).profiles.keys.map(\.rawValue).sorted()
                == (Self.names + Self.learned + ["credentials", "egress", "inspect"]).sorted())
    }

    @Test(
        "the own boxes of broker and inspector have sockets, and no files, no programs and no grants",
        arguments: ["egress", "inspect"])
    func broker(name: String) throws {
        let profile = try resolve(name)
        #expect(profile.isolation == [.namespaces, .landlock, .seccomp] && profile.defaultAction == .eperm)
        #expect(profile.read.isEmpty && profile.exec.isEmpty && profile.grants.isEmpty && profile.tmp.bytes == 0)
        #expect(profile.network == .none && profile.workspace == .none && profile.limits.fileSize.bytes == 0)
        #expect(!profile.allow.contains { $0.hasPrefix("@") || $0.hasPrefix("ptrace") || $0.hasPrefix("kill") })
    }

    @Test("only those meant to write can be granted writes, and only those meant to run programs run any")
    func ceilings() throws {
        for name in Self.names {
            let profile = try resolve(name)
            #expect(
                profile.grants.contains { $0.isWrite }
                    == ["workspace-write", "build", "git", "git-remote"].contains(name),
                "\(name)")
            #expect(
                profile.exec.isEmpty == !["build", "agent", "git", "git-remote", "script", "fetch"].contains(name),
                "\(name)")
        }
        #expect(try resolve("agent").grants.isEmpty)
        #expect(try resolve("agent").workspace == .none)
        #expect(try resolve("git").exec == ["/usr/bin/git", "/usr/lib/git-core"])
    }

    @Test("sockets that can be bound or connected are for those with servers of their own")
    func sockets() throws {
        for name in Self.names {
            let profile = try resolve(name)
            let families = profile.rules.filter { $0.syscall == "socket" }.flatMap(\.conditions).map(\.text)
            // In `build` the workspace is visible, and with it the sockets that daemons of the host have there.
            let inet = ["0 in AF_INET, AF_INET6", "0 in AF_NETLINK"]
            let agent = ["0 in AF_UNIX, AF_INET, AF_INET6", "0 in AF_NETLINK"]
            // In `fetch` nothing has a socket with a name.
            let fetch = ["0 in AF_INET, AF_INET6, AF_UNIX", "0 in AF_NETLINK"]
            let edge = ["0 in AF_UNIX"]
            let expected =
                [
                    "agent": agent, "build": inet, "git-remote": inet, "fetch": fetch, "mcp-http": edge,
                    "postgres": edge,
                ][name] ?? []
            #expect(families == expected, "\(name)")
            // In `postgres` one socket has a name, and nothing is to listen.
            #expect(profile.allow.contains("@network-io") == !(expected.isEmpty || name == "postgres"), "\(name)")
        }
    }

    @Test("every bundled tool loads, and its profile lets it ask for its grants")
    func tools() throws {
        let profiles = try ProfileCatalog.load(directories: [Self.folder])
        let tools = try ToolCatalog.load(directories: [Self.folder.dropLast("Sandboxes".count) + "Tools"])
        #expect(!tools.entries.isEmpty)
        for entry in tools.entries.values {
            // By its folder's name it is read or left unread.
            #expect(entry.folder.hasSuffix("/Tools/\(entry.tool.name)"))
            let profile = try profiles.resolve(entry.tool.sandbox)
            let ceiling = profile.grants.union(profile.network == .granted ? [.connect] : [])
            #expect(ceiling.isSuperset(of: entry.tool.grants.map(\.word)), "\(entry.tool.name)")
        }
    }

    private func resolve(_ text: String) throws -> ResolvedProfile {
        let name = try #require(ProfileName(text))
        return try ProfileCatalog.load(directories: [Self.folder]).resolve(name)
    }
}
