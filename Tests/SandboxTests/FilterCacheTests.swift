import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@testable import Sandbox

@Suite("A compiled filter is cached, and a damaged cache is compiled again")
struct FilterCacheTests {
    private let profile = ResolvedProfile.fixture()

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try body(folder.path)
    }

    private func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    @Test func `another process finds what the first one compiled`() throws {
        try withFolder { folder in
            let first = try FilterCache(folder: folder).entry(for: profile)
            let files = names(in: folder)
            #expect(files.count == 1)
            let before = try Descriptor.open("\(folder)/\(files[0])", O_RDONLY).status()
            let second = try FilterCache(folder: folder).entry(for: profile)
            #expect(second.program == first.program)
            #expect(try Descriptor.open("\(folder)/\(files[0])", O_RDONLY).status() == before)
            #expect(try second.memory.readAll(limit: 1 << 20) == first.program.bytes)
        }
    }

    @Test func `one process compiles once`() throws {
        let cache = try FilterCache(folder: nil)
        #expect(try cache.entry(for: profile).memory === cache.entry(for: profile).memory)
        let other = ResolvedProfile.fixture { $0.deny = ["read"] }
        #expect(try cache.entry(for: other).program != cache.entry(for: profile).program)
    }

    @Test func `whichever byte is damaged, the filter is compiled again`() throws {
        try withFolder { folder in
            let good = try FilterCache(folder: folder).entry(for: profile).program
            let path = "\(folder)/\(names(in: folder)[0])"
            let bytes = try Descriptor.open(path, O_RDONLY).readAll(limit: 1 << 20)
            for index in stride(from: 0, to: bytes.count, by: 97) {
                var damaged = bytes
                damaged[index] ^= 0x10
                try Descriptor.open(path, O_WRONLY | O_TRUNC).writeAll(damaged)
                #expect(try FilterCache(folder: folder).entry(for: profile).program == good)
                #expect(try Descriptor.open(path, O_RDONLY).readAll(limit: 1 << 20) == bytes)
            }
            try Descriptor.open(path, O_WRONLY | O_TRUNC).writeAll(Array(bytes.dropLast(8)))
            #expect(try FilterCache(folder: folder).entry(for: profile).program == good)
        }
    }

    @Test func `a file of other rules under this name is not used`() throws {
        try withFolder { folder in
            let other = ResolvedProfile.fixture { $0.allow = ["@system-service", "ptrace"] }
            _ = try FilterCache(folder: folder).entry(for: other)
            let name = FilterKey(profile, .host).fileName
            #expect(rename("\(folder)/\(names(in: folder)[0])", "\(folder)/\(name)") == 0)
            #expect(try FilterCache(folder: folder).entry(for: profile).program == FilterCompiler.compile(profile))
        }
    }

    @Test func `a folder that others can reach is refused`() throws {
        try withFolder { folder in
            chmod(folder, 0o755)
            #expect(throws: SandboxError(.invalidSpecification, "")) { try FilterCache(folder: folder) }
        }
    }
}
