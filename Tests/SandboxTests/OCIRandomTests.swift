import Manifests
import StrictJSON
import Testing

@testable import Sandbox

@Suite("Random OCI profiles keep their meaning too")
struct OCIRandomTests {
    /// SplitMix64: the same profiles in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
    }

    private static let calls = [
        "read", "socket", "ioctl", "mmap", "lseek", "clone", "prctl", "fcntl", "ptrace", "execveat",
    ]
    private static let values: [Int64] = [
        0, 1, 2, 9, 16, 38, 40, 0x1000, 0x5412, 0x1000_0000, 0x7e02_0000, 1 << 32, 1 << 40,
    ]

    private static func comparison(_ random: inout Generator, _ index: Int64) -> JSON {
        let words = ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"]
        let word = words.randomElement(using: &random) ?? "EQ"
        let value = values.randomElement(using: &random) ?? 0
        var object: JSONObject = [
            "index": .integer(index), "value": .integer(value), "op": .string("SCMP_CMP_" + word),
        ]
        if word == "MASKED_EQ" {
            object["valueTwo"] = .integer((values.randomElement(using: &random) ?? 0) & value)
        }
        return .object(object)
    }

    private static func rule(_ random: inout Generator, _ call: String) -> JSON {
        let indices = [Int64](0..<6).shuffled(using: &random).prefix(
            [0, 1, 1, 1, 2].randomElement(using: &random) ?? 0)
        var object: JSONObject = ["names": [.string(call)], "args": .array(indices.map { comparison(&random, $0) })]
        switch UInt8.random(in: 0..<24, using: &random) {
        case 0:
            object["action"] = "SCMP_ACT_ERRNO"
            object["errnoRet"] = 22
        case 1: object["action"] = "SCMP_ACT_KILL_PROCESS"
        default: object["action"] = "SCMP_ACT_ALLOW"
        }
        return .object(object)
    }

    private static func profile(_ random: inout Generator) -> JSON {
        var rules: [JSON] = []
        for call in calls.shuffled(using: &random).prefix(4) {
            for _ in 0..<Int.random(in: 1...3, using: &random) { rules.append(rule(&random, call)) }
        }
        return ["defaultAction": "SCMP_ACT_ERRNO", "syscalls": .array(rules)]
    }

    @Test func `what can be carried over has the same answers, and the rest is an error`() throws {
        var random = Generator(state: 7)
        let base = try BundledProfiles.resolved("base")
        let host = OCIHost(capabilities: [], kernel: try #require(KernelVersion("6.18")))
        let name = try #require(ProfileName("random"))
        var carried = 0
        for _ in 0..<200 {
            let source = Self.profile(&random)
            let exported: JSON
            do {
                let made = try OCIImport(
                    source, name: name, description: "Random.", base: base, host: host, keepsDenials: false)
                #expect(made.staysDenied.isEmpty, "\(source.encodedString()) \(made.staysDenied)")
                exported = try OCIExport.json(of: try ProfileResolver.resolve(name, in: [name: made.profile]))
            } catch is OCIError {
                continue
            }
            carried += 1
            try Self.compare(source, exported, &random)
        }
        #expect(carried > 75, "\(carried) of 200 were carried over")
    }

    private static func compare(_ source: JSON, _ exported: JSON, _ random: inout Generator) throws {
        let (before, after) = (try OCIEvaluator(source), try OCIEvaluator(exported))
        let boundaries = OCIEvaluator.boundaries(source)
        for call in calls {
            for _ in 0..<120 {
                let arguments = (0..<6).map { _ in boundaries.randomElement(using: &random) ?? 0 }
                let (old, new) = (before.answers(call, arguments), after.answers(call, arguments))
                guard old != new else { continue }
                Issue.record("\(call) \(arguments): \(old) → \(new), of \(source.encodedString())")
            }
        }
    }
}
