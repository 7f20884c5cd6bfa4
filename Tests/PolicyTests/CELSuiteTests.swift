import StrictJSON
import Testing

@testable import Policy

/// The conformance tests of the CEL specification.
@Suite("CEL's conformance tests")
struct CELSuiteTests {
    @Test("Every case that needs no protocol buffer message passes")
    func conformance() throws {
        guard let lines = try SuiteFiles.jsonLines("cel/cel_spec_tests.jsonl") else {
            return print("skipped: the CEL conformance tests are not here")
        }
        var tally: [String: (passed: Int, total: Int)] = [:]
        var leftOut: [String: [String]] = [:]
        var failures: [String] = []
        for line in lines {
            let test = CELCase(line)
            if let reason = test.reasonToLeaveOut {
                leftOut[reason, default: []].append("\(test.file)/\(test.section)/\(test.name)")
                continue
            }
            let failure = test.failure()
            tally[test.file, default: (0, 0)].total += 1
            if let failure {
                failures.append("\(test.file)/\(test.section)/\(test.name): \(test.source): \(failure)")
            } else {
                tally[test.file, default: (0, 0)].passed += 1
            }
        }
        for (file, count) in tally.sorted(by: { $0.key < $1.key }) {
            print("CEL \(file): \(count.passed) of \(count.total) passed")
        }
        for (reason, names) in leftOut.sorted(by: { $0.key < $1.key }) {
            print("CEL, left out since \(reason): \(names.count): \(names.joined(separator: ", "))")
        }
        let passed = tally.values.reduce(0) { $0 + $1.passed }
        let total = tally.values.reduce(0) { $0 + $1.total }
        print("CEL in all: \(passed) of \(total) passed, \(leftOut.values.reduce(0) { $0 + $1.count }) left out")
        #expect(failures == [], "\(failures.joined(separator: "\n"))")
        #expect(total >= 1_737)
    }
}
