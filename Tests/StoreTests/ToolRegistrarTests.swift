import Glibc
import LinuxIO
import Manifests
import StrictJSON
import TestSupport
import Testing

@testable import Store

@Suite("What was registered is what runs, and a change is refused until it is registered again")
struct ToolRegistrarTests {
    let fixture: StoreFixture
    let registrar: ToolRegistrar

    init() throws {
        fixture = try StoreFixture()
        registrar = try fixture.registrar()
    }

    @Test("an executable beside the manifest is copied, and the copy runs whatever becomes of the original")
    func beside() throws {
        try fixture.program("tool/run", "one")
        let source = try fixture.source()
        let change = try registrar.register(source)
        #expect(change.previous == nil && change.differences.isEmpty)
        #expect(try registrar.check(source).usable(source.name) == change.registration)
        try fixture.program("tool/run", "two")
        let executable = try registrar.open(change.registration)
        #expect(try StoreFixture.text(executable.descriptor) == "\u{7F}ELF one")
        #expect(executable.name == "run" && executable.script == nil)
        var status = stat()
        #expect(fstatat(executable.folder.raw, "run", &status, 0) == 0 && status.st_mode == S_IFREG | 0o555)
    }

    @Test("one of agentbox's own lies with its executables")
    func ours() throws {
        let registration = try registrar.register(try fixture.source("agentbox-fs-read")).registration
        #expect(try StoreFixture.text(registrar.open(registration).descriptor) == "\u{7F}ELF reads")
        #expect(throws: StoreError(.notExecutable, "")) {
            try registrar.register(try fixture.source("agentbox-no-such"))
        }
    }

    @Test("a program of the system is pinned where it lies")
    func system() throws {
        let path = "/usr/bin/env"
        let registration = try registrar.register(try fixture.source(path)).registration
        guard case .system(let program) = registration.executable else {
            Issue.record("`\(path)` was copied")
            return
        }
        #expect(program.name == path)
        let executable = try registrar.open(registration)
        #expect(executable.name == path)
        #expect(try Digest.of(StoreFixture.content(executable.descriptor)) == program.digest)
    }

    @Test("an absolute path that somebody else than root can change is copied")
    func absolute() throws {
        let path = try fixture.program("elsewhere/mine", "mine")
        let registration = try registrar.register(try fixture.source(path)).registration
        #expect(registration.executable == .stored(name: "mine", digest: .of(Array("\u{7F}ELF mine".utf8))))
    }

    @Test("a script is copied with its files, and its interpreter pinned")
    func script() throws {
        try fixture.folder.write("tool/run", "#!/bin/sh -e\n. ./lib/part.sh\n")
        try fixture.folder.write("tool/lib/part.sh", "echo part\n")
        let registration = try registrar.register(try fixture.source(files: ["lib/part.sh", "run"])).registration
        #expect(registration.files.map(\.path) == ["lib/part.sh"])
        let executable = try registrar.open(registration)
        #expect(executable.name == "/bin/sh" && executable.options == ["-e"] && executable.script == "run")
        let interpreter = try #require(registration.interpreter)
        #expect(try Digest.of(StoreFixture.content(executable.descriptor)) == interpreter.program.digest)
        let part = try Descriptor.open("lib/part.sh", in: executable.folder, O_RDONLY).shared()
        #expect(try StoreFixture.text(part) == "echo part\n")
    }

    @Test("an interpreter that others than root can change is refused")
    func ownInterpreter() throws {
        let interpreter = try fixture.program("interpreter", "mine")
        try fixture.folder.write("tool/run", "#!\(interpreter)\n")
        #expect(throws: StoreError(.interpreter, "")) { try registrar.register(try fixture.source()) }
    }

    @Test(
        "every change is a difference that is named, and registering again accepts it",
        arguments: [
            ("executable", "executable"), ("description", "manifest: description"), ("profile", "profile: tmp"),
            ("file", "files"), ("files", "manifest: files"), ("command", "manifest: command"),
            ("argument", "interpreter"),
        ])
    func changes(what: String, expected: String) throws {
        try fixture.folder.write("tool/run", "#!/bin/sh\n")
        try fixture.folder.write("tool/data", "data")
        try fixture.folder.write("tool/other", "#!/bin/sh\n")
        let first = try fixture.source(files: ["data"])
        let before = try registrar.register(first).registration
        #expect(try registrar.check(first).usable(first.name) == before)

        var second = first
        switch what {
        case "executable": try fixture.folder.write("tool/run", "#!/bin/sh\nrm -rf /\n")
        case "argument": try fixture.folder.write("tool/run", "#!/bin/sh -x\n")
        case "description": second = try fixture.source(description: "Does more.", files: ["data"])
        case "profile": second = try fixture.source(files: ["data"], profile: ["name": "pure", "tmp": 1])
        case "file": try fixture.folder.write("tool/data", "DATA")
        case "files": second = try fixture.source(files: ["data", "other"])
        default: second = try fixture.source("./other", files: ["data"])
        }
        guard case .changed(let pinned, let differences) = try registrar.check(second) else {
            Issue.record("the change was not noticed")
            return
        }
        #expect(pinned == before)
        #expect(differences.contains { $0.hasPrefix(expected) }, "\(differences)")
        let error = #expect(throws: StoreError.self) { try registrar.check(second).usable(second.name) }
        #expect(error?.code == "changed-tool")
        #expect(differences.allSatisfy { error?.message.contains($0) == true })

        let change = try registrar.register(second)
        #expect(change.previous == before && change.differences == differences)
        #expect(change.registration.toolDigest != before.toolDigest)
        #expect(try registrar.check(second).usable(second.name) == change.registration)
        // A run that began before the change goes on with what it read.
        _ = try registrar.open(before)
    }

    @Test("a file that is touched or written anew with the same content has not changed")
    func touched() throws {
        let path = try fixture.program("tool/run", "one")
        let source = try fixture.source()
        let registration = try registrar.register(source).registration
        utimes(path, nil)
        #expect(try fixture.registrar().check(source).usable(source.name).toolDigest == registration.toolDigest)
        unlink(path)
        try fixture.program("tool/run", "one")
        let again = try fixture.registrar().check(source).usable(source.name)
        #expect(again.toolDigest == registration.toolDigest && again.registeredAt == registration.registeredAt)
    }

    @Test("a change that keeps size and time of modification is noticed all the same")
    func sameStamp() throws {
        let path = try fixture.program("tool/run", "one")
        let source = try fixture.source()
        let times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
        utimes(path, times)
        try registrar.register(source)
        try fixture.program("tool/run", "two")
        utimes(path, times)
        guard case .changed = try registrar.check(source) else {
            Issue.record("the change was not noticed")
            return
        }
    }

    @Test("a tool that nobody registered is refused, and so is one whose pin was taken back")
    func unregistered() throws {
        try fixture.program("tool/run", "one")
        let source = try fixture.source()
        #expect(throws: StoreError(.unregisteredTool, "")) { try registrar.check(source).usable(source.name) }
        try registrar.register(source)
        let pins = try Pins(fixture.home)
        #expect(try pins.all().map(\.name) == [source.name])
        #expect(try pins.remove(source.name))
        #expect(try !pins.remove(source.name))
        #expect(throws: StoreError(.unregisteredTool, "")) { try registrar.check(source).usable(source.name) }
    }

    @Test("a pin reads back as it was written; one that was changed by hand is refused")
    func pins() throws {
        try fixture.folder.write("tool/run", "#!/bin/sh -e\n")
        try fixture.folder.write("tool/data", "data")
        let source = try fixture.source(files: ["data"])
        let registration = try registrar.register(source).registration
        let pins = try Pins(fixture.home)
        #expect(try pins.registration(of: source.name) == registration)

        let file = "home/pins/tools/test.tool.json"
        let text = String(decoding: try fixture.folder.read(file), as: UTF8.self)
        let other = Digest.of(Array("other".utf8)).hex
        let files = try #require(registration.files.first).digest.hex
        for changed in [String(text.dropLast()), "", "{}", text.replacing(files, with: other)] {
            #expect(changed != text)
            try fixture.folder.write(file, changed, mode: 0o600)
            #expect(throws: StoreError(.damagedPin, "")) { try registrar.check(source) }
        }
        // The remedy of the error.
        try registrar.register(source)
        _ = try registrar.check(source).usable(source.name)
    }
}
