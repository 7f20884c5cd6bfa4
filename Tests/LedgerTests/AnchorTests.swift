import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A ledger that is behind what was published of it refuses to open")
struct AnchorTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    private var files: [String] { ["ledger/log", "ledger/log.checkpoint", "ledger/log.mark"] }

    @Test("an older copy of the whole folder is whole, and shorter than its anchor")
    func rolledBack() async throws {
        try await fixture.fill(3)
        let older = try files.map { try fixture.folder.read($0) }
        try await fixture.fill(3, from: 3)
        let anchor = fixture.folder("anchor")
        try FileAnchor.publish(try fixture.checkpoint(), to: anchor, of: fixture.path)
        for (name, bytes) in zip(files, older) { try fixture.folder.write(name, bytes, mode: 0o600) }
        let error = #expect(throws: LedgerError.self) { try fixture.open() }
        #expect(error?.code == "shrunk" && error?.message.contains(anchor) == true && error?.remedy != nil)
        // Without the anchor nobody could tell: this is the positive control, and the reason for anchors.
        unlink(anchor)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }

    @Test("what is published moves forward only, and only over checkpoints of the same log")
    func forward() async throws {
        try await fixture.fill(2)
        let early = try fixture.checkpoint()
        try await fixture.fill(2, from: 2)
        let anchor = fixture.folder("anchor")
        try FileAnchor.publish(try fixture.checkpoint(), to: anchor, of: fixture.path)
        let published = try fixture.folder.read("anchor")
        #expect(throws: LedgerError(.shrunk, "")) { try FileAnchor.publish(early, to: anchor, of: fixture.path) }
        let other = try LedgerFixture()
        try await other.fill(9)
        #expect(throws: LedgerError(.anchorFailed, "")) {
            try FileAnchor.publish(try other.checkpoint(), to: anchor, of: other.path)
        }
        #expect(try fixture.folder.read("anchor") == published)
        try fixture.folder.write("text", "something of a person's own")
        #expect(throws: LedgerError(.anchorFailed, "")) {
            try FileAnchor.publish(try fixture.checkpoint(), to: fixture.folder("text"), of: fixture.path)
        }
    }

    @Test("an anchor that somebody overwrote with rubbish keeps no ledger from opening", arguments: ["", "rubbish\n"])
    func rubbish(text: String) async throws {
        try await fixture.fill(2)
        try FileAnchor.publish(try fixture.checkpoint(), to: fixture.folder("anchor"), of: fixture.path)
        try fixture.folder.write("anchor", text)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }
}
