import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Tiles are those of tlog-tiles, and can be made again from the log")
struct TileTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("names are grouped by three digits")
    func names() {
        #expect(TilePath(kind: .hashes(level: 0), number: 1_234_067, width: 256).path == "tile/0/x001/x234/067")
        #expect(TilePath(kind: .entries, number: 0, width: 44).path == "tile/entries/000.p/44")
        #expect(TilePath(kind: .hashes(level: 2), number: 1000, width: 1).path == "tile/2/x001/000.p/1")
    }

    @Test("a tree of 70,000 entries has the tiles that the specification counts")
    func counts() {
        let tiles = TilePath.hashTiles(of: 70_000)
        func widths(_ level: Int) -> [Int] { tiles.filter { $0.kind == .hashes(level: level) }.map(\.width) }
        #expect(widths(0).count { $0 == 256 } == 273 && widths(0).last == 112)
        #expect(widths(1) == [256, 17] && widths(2) == [1] && tiles.count == 277)
        #expect(TilePath.hashTiles(of: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(TilePath.hashTiles(of: 0).isEmpty)
    }

    @Test("an export that is continued is the same as one that is made at once")
    func continued() async throws {
        let steps = fixture.folder("steps")
        var total = 0
        for count in [1, 3, 251, 1, 1, 255, 100] {
            try await fixture.fillAtOnce(count, from: total)
            total += count
            try TileWriter.write(ledger: fixture.path, to: steps)
        }
        let whole = fixture.folder("whole")
        try TileWriter.write(ledger: fixture.path, to: whole)
        let size = UInt64(total)
        let bundles = (0...size / 256).map {
            TilePath(kind: .entries, number: $0, width: Int(min(256, size - $0 * 256)))
        }
        for tile in TilePath.hashTiles(of: size) + bundles {
            #expect(try fixture.folder.read("steps/\(tile.path)") == fixture.folder.read("whole/\(tile.path)"))
        }
        // Tiles that are full have replaced those that were not.
        #expect(access(steps + "/tile/0/000.p", F_OK) != 0 && access(steps + "/tile/entries/001.p", F_OK) != 0)
        let key = try fixture.checkpoint().key
        #expect(try LogVerifier.verify(tiles: steps, trusted: [key]).checkpoint.size == size)
        #expect(try GoVerifier.run([key.description, "log", steps]).hasPrefix("ok log \(size)"))
    }

    @Test(
        "a byte that was changed in what is there is not continued, and is refused",
        arguments: ["tile/0/000", "tile/0/001.p/44"])
    func changed(name: String) async throws {
        try await fixture.fillAtOnce(300)
        let output = fixture.folder("export")
        try TileWriter.write(ledger: fixture.path, to: output)
        var bytes = try fixture.folder.read("export/" + name)
        bytes[bytes.count / 2] ^= 1
        try fixture.folder.write("export/" + name, bytes)
        let key = try fixture.checkpoint().key
        #expect(throws: LedgerError(.corrupt, "")) { try LogVerifier.verify(tiles: output, trusted: [key]) }
        try await fixture.fill(1, from: 300)
        if name.hasSuffix("44") {
            #expect(throws: LedgerError(.corrupt, "")) { try TileWriter.write(ledger: fixture.path, to: output) }
        }
    }

    @Test("a folder that holds something else is left alone; what a first export left that was cut off is not")
    func foreign() async throws {
        try await fixture.fill(3)
        let output = fixture.folder("mine")
        try TileWriter.write(ledger: fixture.path, to: output)
        #expect(unlink(output + "/checkpoint") == 0)
        try fixture.folder.write("mine/checkpoint.new-7", "cut off")
        try TileWriter.write(ledger: fixture.path, to: output)
        #expect(unlink(output + "/checkpoint") == 0)
        try fixture.folder.write("mine/notes.txt", "mine")
        #expect(throws: LedgerError(.diverged, "")) { try TileWriter.write(ledger: fixture.path, to: output) }
        #expect(access(output + "/checkpoint", F_OK) != 0)
    }

    @Test("a folder with tiles of another log, or of a longer one, is left alone")
    func others() async throws {
        try await fixture.fill(3)
        let other = try LedgerFixture()
        try await other.fill(3)
        let output = fixture.folder("export")
        try TileWriter.write(ledger: other.path, to: output)
        let before = try fixture.folder.read("export/checkpoint")
        #expect(throws: LedgerError(.diverged, "")) { try TileWriter.write(ledger: fixture.path, to: output) }
        #expect(try fixture.folder.read("export/checkpoint") == before)
    }

    @Test("tiles beside the log that somebody damaged are made again")
    func rebuilt() async throws {
        try await fixture.fillAtOnce(300)
        let proof = try LogProver(ledger: fixture.path).inclusion(of: 10)
        for name in ["tile/0/000", "tile/1/000.p/1", "checkpoint"] {
            var bytes = try fixture.folder.read("ledger/tiles/" + name)
            bytes[bytes.count / 2] ^= 1
            try fixture.folder.write("ledger/tiles/" + name, bytes)
            #expect(try LogProver(ledger: fixture.path).consistency(from: 256).hashes.count > 0)
            _ = Command.run(["/bin/rm", "-r", fixture.path + "/tiles"], in: "/")
            #expect(try LogProver(ledger: fixture.path).inclusion(of: 10) == proof)
        }
    }
}
