import Glibc
import TestSupport
import Testing

@testable import Store

@Suite("agentbox keeps its state where nobody else can write")
struct HomeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("AGENTBOX_HOME wins, then HOME; both missing or relative is an error")
    func environment() throws {
        #expect(try Home.open { $0 == "AGENTBOX_HOME" ? folder("a/b") : "/nowhere" }.path == folder("a/b"))
        #expect(
            try Home.open { $0 == "HOME" ? folder("user") : nil }.path == folder("user/.local/share/agentbox"))
        #expect(throws: StoreError(.homeMissing, "")) { try Home.open { _ in nil } }
        #expect(throws: StoreError(.homeMissing, "")) { try Home.open { $0 == "HOME" ? "" : nil } }
        #expect(throws: StoreError(.homeMissing, "")) { try Home.open { $0 == "AGENTBOX_HOME" ? "state" : "/root" } }
    }

    @Test("folder and parts are made for the user alone, and opening again changes nothing")
    func made() throws {
        let home = try Home(folder("home"))
        _ = try Home(folder("home"))
        for path in [home.path, home.store, home.pins, home.runs, home.ledger, home.cache, home.state] {
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode == S_IFDIR | 0o700)
        }
    }

    @Test("a folder that others can write is refused, with the remedy", arguments: ["", "/store", "/pins", "/ledger"])
    func writable(part: String) throws {
        let home = try Home(folder("home"))
        chmod(home.path + part, 0o720)
        let error = #expect(throws: StoreError.self) { try Home(home.path) }
        #expect(error?.code == "home-unsafe")
        #expect(error?.remedy == "chmod go-w '\(home.path + part)'")
        chmod(home.path + part, 0o755)
        _ = try Home(home.path)
    }

    @Test("somebody else's folder is refused")
    func foreign() throws {
        guard geteuid() == 0 else {
            // Every system has a folder of somebody else's.
            #expect(throws: StoreError.self) { try Home("/usr") }
            return
        }
        let path = try folder.folder("home", mode: 0o700)
        #expect(chown(path, 12_345, 12_345) == 0)
        #expect(throws: StoreError(.homeUnsafe, "")) { try Home(path) }
    }

    @Test("a part that is a link is refused")
    func link() throws {
        let home = try Home(folder("home"))
        try folder.folder("elsewhere", mode: 0o700)
        #expect(rmdir(home.store) == 0 && symlink(folder("elsewhere"), home.store) == 0)
        #expect(throws: StoreError(.system, "")) { try Home(home.path) }
    }
}
