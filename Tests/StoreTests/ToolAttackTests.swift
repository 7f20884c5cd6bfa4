import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Store

@Suite("Registration and the store hold against links, swaps, races and kills")
struct ToolAttackTests {
    let fixture: StoreFixture
    let registrar: ToolRegistrar

    init() throws {
        fixture = try StoreFixture()
        registrar = try fixture.registrar()
    }

    @Test(
        "a link or a way out of the manifest's folder is refused",
        arguments: ["link", "folder-link", "fifo", "folder", "missing"])
    func attacks(what: String) throws {
        try fixture.folder.write("secret", "#!/bin/sh\n")
        try fixture.folder.folder("tool/inner")
        let path = fixture.folder("tool/run")
        var command = "./run"
        switch what {
        case "link": symlink("../secret", path)
        case "folder-link":
            symlink("..", path)
            command = "./run/secret"
        case "fifo": mkfifo(path, 0o644)
        case "folder": mkdir(path, 0o755)
        default: break
        }
        #expect(throws: StoreError.self) { try registrar.register(try fixture.source(command)) }
        // The same as a declared file, with an executable that is good.
        try fixture.program("tool/good", "good")
        let file = String(command.dropFirst(2))
        #expect(throws: StoreError.self) { try registrar.register(try fixture.source("./good", files: [file])) }
        #expect(try Pins(fixture.home).all().isEmpty)
        // The control: without them the tool is fine.
        try registrar.register(try fixture.source("./good"))
    }

    @Test(
        "what is changed, missing or added in a tool's folder of the store is noticed before it runs",
        arguments: ["executable", "file", "missing", "added", "link"])
    func tampered(what: String) throws {
        try fixture.program("tool/run", "one")
        try fixture.folder.write("tool/data", "data")
        let registration = try registrar.register(try fixture.source(files: ["data"])).registration
        _ = try registrar.open(registration)
        let content = "home/store/tools/\(registration.toolDigest.hex)/content"
        switch what {
        case "executable":
            chmod(fixture.folder(content + "/run"), 0o755)
            try fixture.program(content + "/run", "two")
        case "file":
            chmod(fixture.folder(content + "/data"), 0o644)
            try fixture.folder.write(content + "/data", "DATA")
        case "missing": unlink(fixture.folder(content + "/data"))
        case "added": try fixture.folder.write(content + "/more.py", "import os")
        default:
            unlink(fixture.folder(content + "/data"))
            symlink("/etc/passwd", fixture.folder(content + "/data"))
        }
        #expect(throws: StoreError(.damagedTool, "")) { try registrar.open(registration) }
        #expect(throws: StoreError(.damagedTool, "")) { try fixture.registrar().open(registration) }
        // The remedy of the error: objects that were damaged through their second name are replaced too.
        let again = try registrar.register(try fixture.source(files: ["data"])).registration
        #expect(again.toolDigest == registration.toolDigest)
        #expect(try StoreFixture.text(registrar.open(again).descriptor) == "\u{7F}ELF one")
    }

    @Test("an executable that is swapped after it was opened does not run")
    func swapped() throws {
        try fixture.program("tool/run", "one")
        let registration = try registrar.register(try fixture.source()).registration
        let executable = try registrar.open(registration)
        let other = try fixture.program("evil", "two")
        rename(other, fixture.folder("home/store/tools/\(registration.toolDigest.hex)/content/run"))
        #expect(try StoreFixture.text(executable.descriptor) == "\u{7F}ELF one")
        #expect(throws: StoreError(.damagedTool, "")) { try registrar.open(registration) }
    }

    @Test("two processes that register different versions of a tool at once leave one of them, whole")
    func twoProcesses() throws {
        for version in ["a", "b"] {
            try fixture.program("\(version)/run", version)
            try fixture.folder.write("\(version)/data", "shared")
            _ = try fixture.source(files: ["data"])
            try fixture.folder.write("\(version)/tool.yaml", try fixture.folder.read("tool/tool.yaml"))
        }
        let helpers = try ["a", "b"].map {
            try HelperProcess("StoreTestHelper", ["register", fixture.home.path, fixture.folder($0), "15"])
        }
        let digests = try helpers.map { Set(try $0.lines()) }
        #expect(helpers.allSatisfy { $0.wait() == 0 })
        #expect(digests.allSatisfy { $0.count == 1 } && digests[0] != digests[1])
        let registration = try #require(try Pins(fixture.home).all().first)
        #expect(digests.contains([registration.toolDigest.description]))
        _ = try registrar.open(registration)
        #expect(try Folder(fixture.home.store + "/temporary").names().isEmpty)
    }

    @Test("a process that is killed while it registers leaves a store that works")
    func killed() throws {
        try fixture.program("a/run", String(repeating: "x", count: 3_000_000))
        try fixture.folder.write("a/data", "data")
        _ = try fixture.source(files: ["data"])
        try fixture.folder.write("a/tool.yaml", try fixture.folder.read("tool/tool.yaml"))
        for round in 0..<8 {
            let helper = try HelperProcess(
                "StoreTestHelper", ["register", fixture.home.path, fixture.folder("a"), "1000"])
            for _ in 0...round % 3 { _ = try helper.line() }
            helper.kill()
            for registration in try Pins(fixture.home).all() { _ = try fixture.registrar().open(registration) }
            // Each round begins with nothing, so that each kill meets a folder in the making.
            for parent in [fixture.home.store, fixture.home.pins] {
                try Folder(parent).remove("tools")
                _ = try Folder(parent).folder("tools")
            }
        }
        try fixture.program("tool/run", "one")
        try fixture.folder.write("tool/data", "data")
        let registration = try fixture.registrar().register(try fixture.source(files: ["data"])).registration
        _ = try fixture.registrar().open(registration)
        let left = try Folder(fixture.home.store + "/tools").names() + Folder(fixture.home.store + "/temporary").names()
        #expect(left == [registration.toolDigest.hex])
    }
}
