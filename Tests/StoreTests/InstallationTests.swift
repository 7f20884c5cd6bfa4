import Testing

@testable import Store

@Suite("agentbox finds its parts from where it lies")
struct InstallationTests {
    @Test(
        "in a checkout and below a prefix",
        arguments: [
            (
                "/src/agentbox/.build/x86_64-unknown-linux-gnu/release/agentbox",
                "/src/agentbox/.build/x86_64-unknown-linux-gnu/release", "/src/agentbox/Tools"
            ),
            ("/usr/local/bin/agentbox", "/usr/local/libexec/agentbox", "/usr/local/share/agentbox/Tools"),
            ("/bin/agentbox", "/libexec/agentbox", "/share/agentbox/Tools"),
        ])
    func places(executable: String, programs: String, tools: String) throws {
        let installation = try Installation.of(executable)
        #expect(installation.programs == programs)
        #expect(installation.tools == tools)
        #expect(installation.executable == executable)
    }

    @Test(
        "programs beside it find the same parts",
        arguments: [
            (
                "/src/agentbox/.build/x/release/agentbox-console", "/src/agentbox/.build/x/release/agentbox",
                "/src/agentbox/.build/x/release"
            ),
            ("/usr/local/libexec/agentbox/agentbox-console", "/usr/local/bin/agentbox", "/usr/local/libexec/agentbox"),
            ("/libexec/agentbox/agentbox-console", "/bin/agentbox", "/libexec/agentbox"),
        ])
    func beside(program: String, executable: String, programs: String) throws {
        let installation = try Installation.of(program)
        #expect(installation.executable == executable)
        #expect(installation.programs == programs)
    }

    @Test("anywhere else it says what to do")
    func nowhere() {
        #expect(throws: StoreError(.installation, "")) { try Installation.of("/home/a/Downloads/agentbox") }
    }

    @Test("the running executable is found by the kernel's word")
    func running() throws {
        #expect(try Installation.find().executable.hasPrefix("/"))
    }
}
