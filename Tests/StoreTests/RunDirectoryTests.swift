import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Store

@Suite("A run's folder tells whether the run lives")
struct RunDirectoryTests {
    let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test("names sort by time and read back; other texts are refused")
    func identifiers() {
        let earlier = RunIdentifier(at: Timestamp(millisecondsSince1970: 1_795_000_000_000))
        let later = RunIdentifier(at: Timestamp(millisecondsSince1970: 1_795_000_000_001))
        #expect(earlier < later)
        #expect(RunIdentifier(earlier.description) == earlier)
        for text in [
            "", "..", "2026-11-24", "2026-11-24-0d1f3a4b5c6", "2026-11-24-0d1f3a4b5c6g", "2026-11-2a-0d1f3a4b5c6d",
        ] {
            #expect(RunIdentifier(text) == nil)
        }
    }

    @Test("it has its parts, for the user alone, and is listed")
    func parts() throws {
        let runs = try (0..<3).map { _ in try RunDirectory.create(in: fixture.home) }
        for path in [runs[0].path, runs[0].layers, runs[0].changes] {
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode == S_IFDIR | 0o700)
        }
        #expect(try RunDirectory.all(in: fixture.home) == runs.map(\.identifier).sorted())
        try runs[0].remove(from: fixture.home)
        #expect(try RunDirectory.all(in: fixture.home).count == 2)
    }

    @Test("while its process lives nobody can adopt it; killed, one can, once")
    func adoption() throws {
        let helper = try HelperProcess("StoreTestHelper", ["run", fixture.home.path])
        let identifier = try #require(try helper.line().flatMap { RunIdentifier($0) })
        #expect(try RunDirectory.isAlive(identifier, in: fixture.home))
        #expect(try RunDirectory.adopt(identifier, in: fixture.home) == nil)

        helper.kill()
        #expect(try !RunDirectory.isAlive(identifier, in: fixture.home))
        let adopted = try RunDirectory.adopt(identifier, in: fixture.home)
        #expect(adopted?.identifier == identifier)
        #expect(try RunDirectory.adopt(identifier, in: fixture.home) == nil)
        #expect(try RunDirectory.isAlive(identifier, in: fixture.home))
        withExtendedLifetime(adopted) {}
    }

    @Test("a run that there never was is dead and not to be adopted")
    func missing() throws {
        let identifier = RunIdentifier(at: .now())
        #expect(try !RunDirectory.isAlive(identifier, in: fixture.home))
        #expect(try RunDirectory.adopt(identifier, in: fixture.home) == nil)
    }

    @Test("a home whose path is too long for the registry's socket is refused at once")
    func longPath() throws {
        let home = try Home(fixture.folder(String(repeating: "x", count: 80)))
        #expect(throws: StoreError(.runDirectory, "")) { try RunDirectory.create(in: home) }
    }
}
