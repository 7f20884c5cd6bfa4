import Testing

@testable import Store

@Suite("A script's first line is read as the kernel reads it")
struct ScriptHeaderTests {
    private func format(_ text: String) throws -> ExecutableFormat {
        try ExecutableFormat(head: Array(Array(text.utf8).prefix(ExecutableFormat.headSize)), "script")
    }

    @Test(
        "interpreter and one argument",
        arguments: [
            ("#!/bin/sh\n", "/bin/sh", nil),
            ("#!/bin/sh", "/bin/sh", nil),
            ("#! \t/bin/sh \t\nrest", "/bin/sh", nil),
            ("#!/usr/bin/python3 -I\n", "/usr/bin/python3", "-I"),
            ("#!/usr/bin/awk  -v x=1 -f \n", "/usr/bin/awk", "-v x=1 -f"),
        ] as [(String, String, String?)])
    func good(text: String, interpreter: String, argument: String?) throws {
        guard case .script(let header) = try format(text) else {
            Issue.record("not a script")
            return
        }
        #expect(header.interpreter == interpreter)
        #expect(header.argument == argument)
    }

    @Test("`env` with one name means the first of the system's folders that has it, never PATH")
    func environment() throws {
        guard case .script(let header) = try format("#!/usr/bin/env sh\n") else {
            Issue.record("not a script")
            return
        }
        #expect(ScriptHeader.searched.map { $0 + "/sh" }.contains(header.interpreter))
        #expect(header.argument == nil)
    }

    @Test(
        "what cannot be pinned is refused with a remedy",
        arguments: [
            "#!/usr/bin/env -S python3 -I\n", "#!/usr/bin/env X=1 sh\n", "#!/usr/bin/env\n", "#!/usr/bin/env a/b\n",
            "#!/usr/bin/env no-such-interpreter\n", "#!python3\n", "#!\n", "#!./sh\n", "#!/bin/sh\r\n", "#!/bin/s\0h\n",
            "#!/" + String(repeating: "x", count: 300) + "\n",
        ])
    func refused(text: String) {
        let error = #expect(throws: StoreError.self) { try format(text) }
        #expect(error?.code == "interpreter")
        #expect(error?.remedy != nil)
    }

    @Test("what is neither a program nor a script is refused", arguments: ["", "#", "MZ", "echo hello", "\u{7F}EL"])
    func neither(text: String) {
        #expect(throws: StoreError(.notExecutable, "")) { try format(text) }
    }

    @Test("a program is a program")
    func program() throws {
        #expect(try format("\u{7F}ELF\u{2}") == .program)
    }
}
