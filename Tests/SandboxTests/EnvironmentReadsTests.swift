import Testing

@testable import Manifests
@testable import Sandbox

@Suite("What is said of a program's environment is heard, and nothing else")
struct EnvironmentReadsTests {
    private func reads(_ output: String, end: CallReport.End = .exited(0)) -> EnvironmentReads {
        var reads = EnvironmentReads(under: .fixture { $0.set = [("PATH", "/usr/bin"), ("HOME", "/tmp")] })
        reads.add(
            CallReport(end: end, output: Array(output.utf8), errorOutput: [], duration: .zero, violations: []))
        return reads
    }

    @Test("reads, programs that have all of it, and those of which nothing is known")
    func heard() {
        let reads = reads("read\t/bin/a\tHOME\nread\t/bin/b\tHOME\nwhole\t/bin/c\t/lib/x.so\nunknown\t/bin/d\twhy\n")
        #expect(reads.read == ["HOME": ["/bin/a", "/bin/b"]])
        #expect(reads.whole == ["/bin/c"] && reads.unknown == ["/bin/d": "why"])
        #expect(reads.given.isSuperset(of: ["PATH", "HOME"]) && reads.mayBeMore && !reads.isIncomplete)
        #expect(!self.reads("read\t/bin/a\tHOME\n").mayBeMore)
    }

    @Test(
        "what is not well formed is left out, and it is said",
        arguments: [
            "read", "read\t\t", "read\t/bin/a", "read\t/bin/a\tA\tB", "read\t\tA", "other\t/bin/a\tA", "\t\t\t", "\0",
            "READ\t/bin/a\tA",
        ])
    func malformed(line: String) {
        let reads = reads("read\t/bin/a\tGOOD\n\(line)\n")
        #expect(reads.isIncomplete && reads.read == ["GOOD": ["/bin/a"]], "\(reads)")
    }

    @Test("a flood of names is cut, and one that could not be traced is said to be so")
    func bounded() {
        let flood = reads((0..<20_000).map { "read\t/bin/a\tV\($0)\n" }.joined())
        #expect(flood.isIncomplete && flood.read.count == 4096)
        #expect(reads("", end: .exited(125)).isIncomplete)
    }

    @Test("a learned profile passes what was read of what is no secret, and all of it where that is not known")
    func profile() throws {
        func passed(_ reads: EnvironmentReads?) throws -> [String] {
            LearnedProfile(
                named: try #require(ProfileName("x")), from: LearnedNeeds(), source: "x", resources: [],
                memory: ByteCount(1 << 20), environment: reads
            ).passed
        }
        #expect(try passed(nil) == ["LANG", "LC_ALL", "TZ"])
        #expect(try passed(reads("read\t/bin/a\tTZ\nread\t/bin/a\tSECRET\n")) == ["TZ"])
        #expect(try passed(reads("")) == [])
        #expect(try passed(reads("whole\t/bin/a\t/bin/a\n")) == ["LANG", "LC_ALL", "TZ"])
    }
}
