import Glibc
import Manifests
import Testing

@testable import Sandbox

@Suite("The analysis of a filter says what the kernel does with every call")
struct FilterAnalysisTests {
    /// Arguments at which some comparison of the program can go wrong, in each half of the register.
    private static func boundaries(_ program: [BPFInstruction]) -> [UInt64] {
        var values: Set<UInt64> = [0, 1, .max]
        for instruction in program where instruction.code != BPFInstruction.return {
            for value in [instruction.operand &- 1, instruction.operand, instruction.operand &+ 1] {
                values.formUnion([UInt64(value), UInt64(value) << 32, UInt64(value) | 1 << 32])
            }
        }
        return values.sorted()
    }

    private static let ruled = ResolvedProfile.fixture {
        $0.rules = [
            .init(
                syscall: "mmap", conditions: [.init(argument: 1, test: .range(from: "5", to: "0x100000007"))],
                isAlternative: false, action: .allow),
            .init(
                syscall: "socket",
                conditions: [
                    .init(argument: 0, test: .in(["AF_NETLINK"])), .init(argument: 2, test: .notIn(["0", "9"])),
                ], isAlternative: true, action: .deny, errno: "EINVAL"),
            .init(
                syscall: "fcntl", conditions: [.init(argument: 1, test: .in(["2"]), mask: "0x6")],
                isAlternative: false, action: .kill),
        ]
    }

    @Test(arguments: BundledProfiles.names + ["ruled"])
    func `for every number and at every boundary it agrees with the program that is run`(_ name: String) throws {
        let profile = name == "ruled" ? Self.ruled : try BundledProfiles.resolved(name)
        let analysis = try FilterAnalysis(profile, .x86_64)
        let program = try FilterCompiler.compile(profile, for: .x86_64).instructions
        let boundaries = Self.boundaries(program)
        var compared = 0
        for number in Array(0...UInt32(500)) + [0x4000_0001, .max] {
            let outcomes = try analysis.outcomes(ofNumber: number)
            // A call that does not look at its arguments needs no more than a few.
            let values = outcomes.count == 1 ? [0, 1 << 32, UInt64.max] : boundaries
            for argument in 0..<5 {
                for value in values {
                    var arguments = [UInt64](repeating: 0, count: 6)
                    arguments[argument] = value
                    let found = outcomes.filter { $0.value.contains(arguments) }.map(\.key)
                    let returned = try #require(evaluate(program, CallData(number: number, arguments: arguments)))
                    compared += 1
                    guard found != [try #require(CallVerdict(returned: returned, default: EPERM))] else { continue }
                    Issue.record("\(number) \(arguments): \(found), the program returns \(returned)")
                }
            }
        }
        #expect(compared > 8000)
    }

    @Test func `two arguments together are taken apart as the program does`() throws {
        let outcomes = try FilterAnalysis(Self.ruled, .x86_64).outcomes(ofNumber: 41)
        #expect(outcomes[.refused(EINVAL)]?.contains([16, 3, 4]) == true)
        #expect(outcomes[.allowed]?.contains([16, 3, 0]) == true)
        #expect(outcomes[.refused(EPERM)]?.contains([38, 3, 4]) == true)
        #expect(outcomes[.allowed]?.contains([16, 3, 4]) == false)
    }

    @Test func `regions are exact: what is taken away is gone and nothing else`() throws {
        let cubes = [
            ArgumentCube(mask: 0xf0, value: 0x30), ArgumentCube(mask: .max, value: 0x35),
            ArgumentCube(mask: 0xffff_ffff, value: 7), ArgumentCube(mask: 0x5, value: 0x4),
        ]
        for one in cubes {
            for other in cubes {
                let pieces = one.subtracting(other)
                for value in (0..<256).flatMap({ [UInt64($0), UInt64($0) | 1 << 40] }) {
                    let expected = one.contains(value) && !other.contains(value)
                    #expect(pieces.filter { $0.contains(value) }.count == (expected ? 1 : 0))
                }
            }
        }
        let region = try ArgumentRegion.everything.subtracting(cubes[0], at: 2).subtracting(cubes[1], at: 0)
        #expect(try region.subtracting(region).isEmpty)
        #expect(try ArgumentRegion.everything.subtracting(region).union(region).isEverything)
        #expect(region.contains([0x35, 0, 0]) == false && region.contains([0x34, 0, 0x40]))
    }

    @Test func `a region told in terms is the same region`() throws {
        let cubes = [
            ArgumentCube(mask: 0xf0, value: 0x30), ArgumentCube(mask: .max, value: 0x35),
            ArgumentCube(mask: 1, value: 1),
        ]
        var region = ArgumentRegion.nothing
        for (index, cube) in cubes.enumerated() {
            region = try region.union(ArgumentRegion.everything.intersection(cube, at: index))
                .subtracting(cubes[(index + 1) % 3], at: 5 - index)
        }
        var again = ArgumentRegion.nothing
        for term in try #require(ArgumentTerm.terms(of: region)) {
            var part = ArgumentRegion.everything
            for (argument, cubes) in term.cubes.enumerated() {
                part = try part.intersection(anyOf: cubes, at: argument)
            }
            #expect(try again.intersection(part).isEmpty)
            again = try again.union(part)
        }
        #expect(try again.subtracting(region).isEmpty && region.subtracting(again).isEmpty && !region.isEmpty)
    }

    @Test func `rules with very many combinations are told apart all the same`() throws {
        // What 200 scattered values leave of each of four arguments has billions of combinations.
        func profile(_ last: Int) -> ResolvedProfile {
            .fixture {
                $0.rules = (0..<4).map { argument in
                    let values = (0..<200).map { String($0 * 3 + (argument == 3 && $0 == 199 ? last : 0)) }
                    return .init(syscall: "fcntl", argument: argument, values: values, action: .deny)
                }
            }
        }
        let (one, other) = (
            try FilterAnalysis(profile(0)).allowed("fcntl"), try FilterAnalysis(profile(1)).allowed("fcntl")
        )
        #expect(try one.subtracting(one).isEmpty)
        #expect(
            try one.subtracting(other).contains([1, 1, 1, 598]) && other.subtracting(one).contains([1, 1, 1, 597]))
        #expect(try !one.subtracting(other).contains([1, 1, 1, 1]))
    }

    /// Each rule ties a bit of one argument to the same bit of another: what they mean together doubles with every rule.
    static func tangle(_ count: Int) -> ResolvedProfile {
        .fixture {
            $0.rules = (0..<count).map { bit in
                let value = "0x" + String(UInt64(1) << UInt64(bit), radix: 16)
                let conditions = (0..<2).map { argument in
                    SandboxProfile.SystemCalls.Condition(argument: argument, test: .in([value]), mask: value, bits: 64)
                }
                return .init(syscall: "mmap", conditions: conditions, isAlternative: true, action: .deny)
            }
        }
    }

    @Test func `a profile made to keep the analysis busy is told so, and an honest one of that form is not`() throws {
        #expect(throws: SandboxError(.unsupported, "")) { try FilterAnalysis(Self.tangle(50)).allowed("mmap") }
        let allowed = try FilterAnalysis(Self.tangle(6)).allowed("mmap")
        #expect(allowed.contains([0x15, 0x2a]) && !allowed.contains([0x15, 0x2b]))
    }

    @Test func `a refusal that is reported is a refusal with the profile's error`() {
        #expect(CallVerdict(returned: 0x7fc0_0000, default: EPERM) == .refused(EPERM))
        #expect(CallVerdict(returned: 0x7fff_0000, default: EPERM) == .allowed)
        // SECCOMP_RET_LOG lets the call pass: no filter of ours returns it, and it must not read as a refusal.
        #expect(CallVerdict(returned: 0x7ffc_0000, default: EPERM) == nil)
    }
}
