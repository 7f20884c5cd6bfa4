import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Sandbox

@Suite("What a profile's paths came to is remembered until a name leads elsewhere")
struct HostPathsCacheTests {
    private func sources(_ paths: HostPaths) -> [SharedDescriptor] {
        paths.mounts.compactMap { if case .bind(let source) = $0.content { source } else { nil } }
    }

    @Test func `the same paths are opened once`() throws {
        let folder = try TemporaryFolder(in: "/var/tmp")
        let path = try folder.folder("runtime")
        let cache = HostPathsCache(hidden: [])
        let first = sources(try cache.paths(reading: [path]))
        try folder.write("runtime/new", "a file more is no other folder")
        let second = sources(try cache.paths(reading: [path]))
        #expect(first.count == 1)
        #expect(first.first === second.first)
    }

    @Test func `another folder under the name, and another target of a link, are seen`() throws {
        let folder = try TemporaryFolder(in: "/var/tmp")
        let path = try folder.folder("runtime")
        let cache = HostPathsCache(hidden: [])
        let before = try #require(sources(try cache.paths(reading: [path])).first).status()
        try #require(rename(path, folder("old")) == 0)
        try folder.folder("runtime")
        let replaced = try #require(sources(try cache.paths(reading: [path])).first).status()
        #expect(replaced.inode != before.inode)

        try #require(rmdir(path) == 0)
        try #require(symlink(folder("old"), path) == 0)
        let linked = try #require(sources(try cache.paths(reading: [path])).first).status()
        #expect(linked.inode == before.inode)
    }

    @Test func `what is gone is shown no more, and what came is`() throws {
        let folder = try TemporaryFolder(in: "/var/tmp")
        let path = try folder.folder("runtime")
        let cache = HostPathsCache(hidden: [])
        #expect(try cache.paths(reading: [path]).readable == [path])
        try #require(rmdir(path) == 0)
        #expect(try cache.paths(reading: [path]).readable == [])
        try folder.folder("runtime")
        #expect(try cache.paths(reading: [path]).readable == [path])
    }

    @Test func `a name that comes to lead to what is hidden is refused, remembered or not`() throws {
        let folder = try TemporaryFolder(in: "/var/tmp")
        let secret = try folder.folder("secret")
        let path = try folder.folder("runtime")
        let cache = HostPathsCache(hidden: [secret])
        _ = try cache.paths(reading: [path])
        try #require(rmdir(path) == 0)
        try #require(symlink(secret, path) == 0)
        #expect(throws: SandboxError.self) { try cache.paths(reading: [path]) }
    }
}
