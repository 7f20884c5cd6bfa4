import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

/// A process that is killed loses nothing that it wrote, a machine whose power fails does: which files were on the disk
/// before which rename is seen in the order of the system calls only.
@Suite("Nothing of a publication is renamed before all that takes it back is on the disk")
struct LayerFlushTests {
    private static let files = [
        "a.txt": "0\n", "b.txt": "0\n", "dir/c.txt": "0\n", "gen-0/0": "0\n", "other": "stays\n",
    ]

    @Test("A few files, each by itself; many, by their file system", arguments: [0, 20])
    func flushesInOrder(extra: Int) throws {
        let fixture = try WorkspaceFixture(Self.files)
        // Of the second the old contents are what the first one kept to be shown.
        for generation in 1...2 {
            let trace = try TracedPublication(fixture, generation: generation, extra: extra)
            #expect(trace.status == 0, "\(trace.output)")
            try check(trace.events, fixture, isWhole: extra > 0)
        }
    }

    private func check(_ events: [TracedPublication.Event], _ fixture: WorkspaceFixture, isWhole: Bool) throws {
        let (root, run) = (fixture.folder("workspace"), fixture.run)
        // Into place, and aside: within one folder of the workspace.
        let steps = events.indices.filter { index in
            events[index].isBegin && events[index].name == "renameat2" && events[index].path.hasPrefix(root + "/")
        }
        let first = try #require(steps.first)
        let last = try #require(steps.last)
        let confirmation = try #require(
            events.firstIndex { $0.isBegin && $0.name == "renameat2" && $0.path.contains("/changes/0") })
        let announcement = try #require(
            events.lastIndex { $0.isBegin && $0.name == "write" && !$0.path.hasSuffix("/journal") })
        #expect(last < confirmation && confirmation < announcement)

        func flushed(_ path: String, after start: Int, before end: Int) -> Bool {
            guard let begin = events[start..<end].firstIndex(where: { $0.isBegin && $0.isFlush(of: path) }) else {
                return false
            }
            return events[begin..<end].contains { !$0.isBegin && $0.isFlush(of: path) && $0.result == 0 }
        }
        func wholeFlushes(after start: Int, before end: Int) -> Int {
            events[start..<end].count { !$0.isBegin && $0.name == "syncfs" && $0.result == 0 }
        }

        // What was written last of all that the steps need.
        let prepared = try #require(events[..<first].lastIndex { $0.name == "write" && $0.path.hasSuffix("/journal") })
        if isWhole {
            #expect(wholeFlushes(after: prepared, before: first) == 1, "one file system, one flush")
            #expect(wholeFlushes(after: confirmation, before: announcement) == 1)
            return
        }
        let kept = try ChangeStore(runDirectory: run).records().last?.changes.compactMap(\.oldDigest) ?? []
        #expect(!kept.isEmpty)
        var needed = kept.map { run + "/changes/blobs/" + $0.dropFirst("sha256:".count) } + [run + "/changes/blobs"]
        needed += events[first...last].filter { $0.isBegin && $0.name == "renameat2" }.flatMap(\.ends)
            .filter { $0.contains("/.agentbox-") && !$0.contains("/gen-") }
        let layer = try #require(
            events[..<first].first { $0.path.hasSuffix("/journal") }?.path.dropLast("/journal".count))
        needed += [layer + "/journal", layer + "/record", String(layer), run + "/layers", root, root + "/dir"]
        // What is removed or made whole moves aside by its name: nothing of it is staged under that beforehand.
        let staged = Set(events[..<first].filter { $0.isFlush }.map(\.path))
        for path in needed where !path.contains("/.agentbox-") || staged.contains(path) {
            #expect(flushed(path, after: 0, before: first), "\(path) before the first rename")
        }
        #expect(needed.filter { $0.contains("/.agentbox-") && staged.contains($0) }.count >= 4)
        // After the last rename in them, and before anybody hears that it was published.
        for path in [root, root + "/dir"] { #expect(flushed(path, after: last, before: announcement), "\(path)") }
        #expect(flushed(run + "/changes", after: confirmation, before: announcement))
    }
}

extension TracedPublication.Event {
    fileprivate var isFlush: Bool { name == "fsync" || name == "fdatasync" }
    fileprivate func isFlush(of path: String) -> Bool { isFlush && self.path == path }

    /// Both paths of a rename.
    fileprivate var ends: [String] {
        guard let arrow = path.firstRange(of: " -> ") else { return [] }
        return [String(path[..<arrow.lowerBound]), String(path[arrow.upperBound...])]
    }
}
