import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

@Suite("What is given to one call is in its memory alone")
struct CallFilesTests {
    private let secret = "s3cret-\(UInt64.random(in: .min ... .max))"

    private func memory(_ text: String) throws -> SealedMemory { try SealedMemory([UInt8](text.utf8)) }

    /// Cold, and from a template once that stands.
    private func fixtures() throws -> [LaunchFixture] {
        [try LaunchFixture(), try LaunchFixture(keepsTemplates: true)]
    }

    private func run(
        _ fixture: LaunchFixture, _ script: String, profile: ResolvedProfile = LaunchFixture.profile(),
        _ edit: (inout CallSpecification) throws -> Void
    ) async throws -> CallReport {
        var report = try await fixture.shell(script, profile: profile, edit)
        for _ in 0..<3 { report = try await fixture.shell(script, profile: profile, edit) }
        return report
    }

    @Test func `a file is there before the program starts, and is the call's own`() async throws {
        for fixture in try fixtures() {
            let report = try await run(
                fixture, "cat /run/agentbox/files/token; stat -c '%a %u %g' /run/agentbox/files/token"
            ) {
                let path = try $0.files.add("token", memory(secret))
                #expect(path == "/run/agentbox/files/token")
            }
            #expect(report.text == "\(secret)400 1000 1000\n", "\(report.errors)")
        }
    }

    @Test func `nobody writes where they are, and they are never swapped out`() async throws {
        for fixture in try fixtures() {
            let report = try await run(
                fixture,
                """
                cd /run/agentbox/files
                chmod 600 token 2>/dev/null && echo chmod; (echo x >other) 2>/dev/null && echo wrote
                rm -f token 2>/dev/null && echo removed; mount -o remount,rw . 2>/dev/null && echo remounted
                stat -f -c %T .
                """
            ) { _ = try $0.files.add("token", memory(secret)) }
            #expect(report.text == "ramfs\n", "\(report.errors)")
        }
    }

    @Test func `the next call finds its own, or none`() async throws {
        for fixture in try fixtures() {
            for number in 0..<5 {
                let report = try await fixture.shell("cat /run/agentbox/files/*") {
                    _ = try $0.files.add("n\(number)", memory("\(number)"))
                }
                #expect(report.text == "\(number)", "\(report.errors)")
                let without = try await fixture.shell("ls /run/agentbox/files; true")
                #expect(without.text.isEmpty)
            }
        }
    }

    @Test func `a file without a name is open at its number, sealed, and nothing else is open`() async throws {
        for fixture in try fixtures() {
            let script = """
                cat /proc/self/fd/200 /proc/self/fd/201; (echo x >/proc/self/fd/200) 2>/dev/null && echo wrote
                exec ls /proc/self/fd
                """
            let report = try await run(fixture, script) {
                let numbers = [try $0.files.inherit(memory(secret)), try $0.files.inherit(memory("second"))]
                #expect(numbers == [200, 201])
            }
            // 3 is the folder that ls reads.
            #expect(report.text == "\(secret)second0\n1\n2\n200\n201\n3\n", "\(report.errors)")
        }
    }

    @Test func `the largest file fits, a larger one is refused`() async throws {
        let fixture = try LaunchFixture()
        let report = try await fixture.shell("wc -c </run/agentbox/files/large") {
            _ = try $0.files.add("large", SealedMemory([UInt8](repeating: 7, count: SealedMemory.limit)))
        }
        #expect(report.text == "\(SealedMemory.limit)\n", "\(report.errors)")
        #expect(throws: SandboxError(.invalidSpecification, "")) {
            _ = try SealedMemory([UInt8](repeating: 7, count: SealedMemory.limit + 1))
        }
        for name in ["", ".", "..", "a/b", "../x", String(repeating: "x", count: 256)] {
            await #expect(throws: SandboxError(.setupFailed, ""), "\(name)") {
                _ = try await fixture.shell("true") { _ = try $0.files.add(name, memory("x")) }
            }
        }
        var files = CallFiles()
        _ = try files.add("a", memory("x"))
        #expect(throws: SandboxError(.invalidSpecification, "")) { _ = try files.add("a", memory("y")) }
    }

    @Test func `a profile with little to open still inherits`() async throws {
        let small = LaunchFixture.profile { $0.limits.files = 16 }
        let report = try await LaunchFixture().shell("cat /proc/self/fd/200; ulimit -n", profile: small) {
            _ = try $0.files.inherit(memory("x"))
        }
        #expect(report.text == "x16\n", "\(report.errors)")
    }
}
