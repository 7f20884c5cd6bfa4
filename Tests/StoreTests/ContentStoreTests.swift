import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Store

@Suite("Objects are what their digest says")
struct ContentStoreTests {
    let fixture: StoreFixture
    let store: ContentStore

    init() throws {
        fixture = try StoreFixture()
        store = try ContentStore(fixture.home)
    }

    private func add(_ text: String, _ kind: ContentStore.Kind = .data) throws -> Digest {
        let path = try fixture.folder.write("source", text)
        return try store.add(try Descriptor.open(path, O_RDONLY).shared(), as: kind, named: path)
    }

    private func path(_ digest: Digest, _ folder: String = "objects") -> String {
        fixture.home.store + "/\(folder)/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2))"
    }

    @Test(
        "a file comes back byte for byte, under its digest, and cannot be written",
        arguments: [(ContentStore.Kind.data, "objects", mode_t(0o444)), (.executable, "executables", 0o555)])
    func roundTrip(kind: ContentStore.Kind, folder: String, mode: mode_t) throws {
        for text in ["", "abc", String(repeating: "0123456789", count: 100_000)] {
            let digest = try add(text, kind)
            #expect(digest == Digest.of(Array(text.utf8)))
            #expect(try StoreFixture.text(store.open(digest, kind)) == text)
            var status = stat()
            #expect(stat(path(digest, folder), &status) == 0 && status.st_mode == S_IFREG | mode)
        }
    }

    @Test("adding twice keeps the first and leaves nothing temporary")
    func idempotent() throws {
        let digest = try add("abc")
        var first = stat()
        stat(path(digest), &first)
        #expect(try add("abc") == digest)
        #expect(try store.add(Array("abc".utf8), as: .data) == digest)
        var second = stat()
        stat(path(digest), &second)
        #expect(first.st_ino == second.st_ino)
        #expect(try Folder(fixture.home.store + "/temporary").names() == [])
    }

    @Test(
        "a damaged object is noticed by whoever opens it, even if its size is the same, and replaced by adding it again"
    )
    func damaged() throws {
        let digest = try add("abc")
        chmod(path(digest), 0o644)
        for (content, code) in [("abd", "damaged-object"), ("", "damaged-object"), ("abcd", "damaged-object")] {
            try fixture.folder.write(String(path(digest).dropFirst(fixture.folder.path.utf8.count + 1)), content)
            let error = #expect(throws: StoreError.self) { try store.open(digest, .data) }
            #expect(error?.code == code)
        }
        #expect(try add("abc") == digest)
        #expect(try StoreFixture.text(store.open(digest, .data)) == "abc")
    }

    @Test("a missing object says so, and a link in its place is not followed")
    func missing() throws {
        let digest = try add("abc")
        unlink(path(digest))
        #expect(throws: StoreError(.objectMissing, "")) { try store.open(digest, .data) }
        try fixture.folder.write("copy", "abc")
        symlink(fixture.folder("copy"), path(digest))
        #expect(throws: StoreError(.system, "")) { try store.open(digest, .data) }
        #expect(throws: StoreError(.objectMissing, "")) { try store.open(digest, .executable) }
    }

    @Test("what is opened stays what was verified when the name is swapped")
    func swapped() throws {
        let digest = try add("abc")
        let file = try store.open(digest, .data)
        let other = try fixture.folder.write("other", "evil")
        #expect(rename(other, path(digest)) == 0)
        #expect(try StoreFixture.text(file) == "abc")
        #expect(throws: StoreError(.damagedObject, "")) { try store.open(digest, .data) }
    }
}
