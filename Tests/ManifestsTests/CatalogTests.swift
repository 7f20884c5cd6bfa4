import Glibc
import TestSupport
import Testing

@testable import Manifests

@Suite("Folders of manifests are loaded whole, and a name means one thing")
struct CatalogTests {
    @Test("each folder with a tool.yaml is a tool, and its bytes are those that were read")
    func tools() throws {
        let folder = try TemporaryFolder()
        let text = Documents.tool
        try folder.write("one/fs-read/tool.yaml", text)
        try folder.write("one/notes.txt", "not a tool")
        try folder.write("one/empty/readme", "no tool either")
        try folder.write("one/.hidden/tool.yaml", "not: read")
        let catalog = try ToolCatalog.load(directories: [folder("one")])
        #expect(catalog.entries.keys.map(\.rawValue) == ["fs.read"])
        let entry = try #require(catalog.entries.values.first)
        #expect(entry.folder == folder("one/fs-read"))
        #expect(entry.file == folder("one/fs-read/tool.yaml"))
        #expect(entry.bytes == Array(text.utf8))
    }

    @Test("each folder with a tool-server.yaml is a server, and its tools are tools")
    func servers() throws {
        let folder = try TemporaryFolder()
        try folder.write("one/time/tool-server.yaml", Documents.server)
        try folder.write("one/fs-read/tool.yaml", Documents.tool)
        let catalog = try ToolCatalog.load(directories: [folder("one")])
        #expect(catalog.servers.keys.map(\.rawValue) == ["time"])
        #expect(Set(catalog.entries.keys.map(\.rawValue)) == ["time.now", "fs.read"])
        let entry = try #require(catalog.entries.values.first { $0.server != nil })
        #expect(entry.file == folder("one/time/tool-server.yaml") && entry.folder == folder("one/time"))
        #expect(entry.server?.server.name.rawValue == "time")
    }

    @Test("a server's tool that is another tool's name, or another server's, is an error")
    func serverDuplicates() throws {
        let tool = Documents.tool.replacing("name: fs.read", with: "name: time.now")
        let other = Documents.server.replacing("name: time\n", with: "name: clock\n")
        for (file, text) in [("tool.yaml", tool), ("tool-server.yaml", other), ("tool-server.yaml", Documents.server)] {
            let folder = try TemporaryFolder()
            try folder.write("one/a/tool-server.yaml", Documents.server)
            try folder.write("one/b/\(file)", text)
            let error = try #require(throws: ManifestErrors.self) { try ToolCatalog.load(directories: [folder("one")]) }
            #expect(error.code == "duplicate-name", "\(error.message)")
        }
    }

    @Test("a name that is found twice is an error that names both files")
    func duplicates() throws {
        let folder = try TemporaryFolder()
        try folder.write("one/a/tool.yaml", Documents.tool)
        try folder.write("two/b/tool.yaml", Documents.tool)
        try folder.write("one/x.yaml", Documents.sandbox)
        try folder.write("two/y.yaml", Documents.sandbox)
        let tools = try #require(throws: ManifestErrors.self) {
            try ToolCatalog.load(directories: [folder("one"), folder("two")])
        }
        #expect(tools.code == "duplicate-name")
        #expect(tools.message.contains("one/a/tool.yaml") && tools.message.contains("two/b/tool.yaml"))
        let profiles = try #require(throws: ManifestErrors.self) {
            try ProfileCatalog.load(directories: [folder("one"), folder("two")])
        }
        #expect(profiles.code == "duplicate-name")
        #expect(profiles.message.contains("one/x.yaml") && profiles.message.contains("two/y.yaml"))
        #expect(try ProfileCatalog.load(directories: [folder("one")]).profiles.count == 1)
    }

    @Test("a bundled tool that nobody wants stays unread, and keeps its name to itself")
    func unread() throws {
        let folder = try TemporaryFolder()
        let name = try #require(ToolName("fs.read"))
        try folder.write("bundled/fs.read/tool.yaml", "not: read")
        try folder.write("bundled/time/tool-server.yaml", Documents.server)
        try folder.folder("further")
        let catalog = try ToolCatalog.load(bundled: folder("bundled"), further: [folder("further")]) { $0 != name }
        #expect(catalog.unread == [name] && catalog.entries[name] == nil && catalog.servers.count == 1)
        // The control: who wants it hears what is wrong with it.
        #expect(throws: ManifestErrors.self) { try ToolCatalog.load(bundled: folder("bundled"), further: []) }
        // Of a folder that is not bundled each is read, since it may be named otherwise.
        try folder.write("further/mine/tool.yaml", Documents.tool)
        let error = try #require(throws: ManifestErrors.self) {
            try ToolCatalog.load(bundled: folder("bundled"), further: [folder("further")]) { $0 != name }
        }
        #expect(error.code == "duplicate-name", "\(error.message)")
    }

    @Test("what is wrong with all files comes at once, and nothing is loaded")
    func problems() throws {
        let folder = try TemporaryFolder()
        try folder.write("t/a/tool.yaml", Documents.tool("x: 1"))
        try folder.write("t/b/tool.yaml", "kind: [")
        try folder.write("t/c/tool.yaml", Documents.tool)
        let error = try #require(throws: ManifestErrors.self) {
            try ToolCatalog.load(directories: [folder("missing"), folder("t")])
        }
        #expect(
            Set(error.problems.map(\.file)) == [folder("missing"), folder("t/a/tool.yaml"), folder("t/b/tool.yaml")])
    }

    @Test("what is not a regular file of bounded size is refused without waiting for it")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        try folder.folder("directory")
        try folder.write("large.yaml", [UInt8](repeating: UInt8(ascii: "#"), count: 2 << 20))
        #expect(mkfifo(folder("fifo"), 0o600) == 0)
        for (name, reason) in [
            ("missing", "no such file"), ("directory", "not a regular file"), ("fifo", "not a regular file"),
            ("large.yaml", "larger than"), ("large.yaml/x", "not a directory"),
        ] {
            let error = try #require(throws: ManifestErrors.self) { try Intent.load(path: folder(name)) }
            #expect(error.code == "unreadable")
            #expect(error.message.contains(reason), "\(error.message)")
        }
    }
}
