import StrictJSON
import Testing

/// What a container runtime does with a call under an OCI profile, read from the JSON alone: nothing of ours helps.
struct OCIEvaluator {
    enum Answer: Hashable {
        case allow
        case error(Int64)
        case kill
    }

    private struct Rule {
        let answer: Answer
        let arguments: [JSON]
    }

    private let otherwise: Answer
    private var rules: [String: [Rule]] = [:]

    /// - Parameters:
    ///   - capabilities: Of the container.
    ///   - kernel: Major and minor version.
    init(_ profile: JSON, capabilities: Set<String> = [], kernel: [Int] = [6, 18]) throws {
        otherwise = try Self.answer(profile["defaultAction"], profile["defaultErrnoRet"])
        for item in try #require(profile["syscalls"]?.arrayValue) {
            guard Self.counts(item, capabilities, kernel) else { continue }
            let rule = Rule(
                answer: try Self.answer(item["action"], item["errnoRet"]), arguments: item["args"]?.arrayValue ?? [])
            for name in item["names"]?.arrayValue ?? [item["name"]].compactMap(\.self) {
                rules[name.stringValue ?? "", default: []].append(rule)
            }
        }
    }

    /// The answers of the rules that hold: more than one is a contradiction. The first rule without arguments holds over
    /// all others, as in libseccomp.
    func answers(_ call: String, _ arguments: [UInt64]) -> Set<Answer> {
        let own = (rules[call] ?? []).filter { $0.answer != otherwise }
        if let whole = own.first(where: \.arguments.isEmpty) { return [whole.answer] }
        let matching = own.filter { Self.holds($0.arguments, arguments) }
        return matching.isEmpty ? [otherwise] : Set(matching.map(\.answer))
    }

    private static func answer(_ action: JSON?, _ error: JSON?) throws -> Answer {
        switch action?.stringValue {
        case "SCMP_ACT_ALLOW": return .allow
        case "SCMP_ACT_ERRNO":
            if case .integer(let number)? = error { return .error(number) }
            return .error(1)
        case "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD": return .kill
        default: throw UnknownAction()
        }
    }

    private struct UnknownAction: Error {}

    private static func counts(_ rule: JSON, _ capabilities: Set<String>, _ kernel: [Int]) -> Bool {
        func texts(_ side: String, _ key: String) -> [String] {
            rule[side]?[key]?.arrayValue?.compactMap(\.stringValue) ?? []
        }
        func isOld(_ side: String) -> Bool? {
            rule[side]?["minKernel"]?.stringValue.map { text in
                kernel.lexicographicallyPrecedes(text.split(separator: ".").compactMap { Int($0) })
            }
        }
        let machine = Architecture.hostGoName
        if texts("excludes", "arches").contains(machine) || isOld("excludes") == false { return false }
        if texts("excludes", "caps").contains(where: capabilities.contains) || isOld("includes") == true {
            return false
        }
        let arches = texts("includes", "arches")
        return (arches.isEmpty || arches.contains(machine))
            && texts("includes", "caps").allSatisfy(capabilities.contains)
    }

    private enum Architecture {
        #if arch(x86_64)
            static let hostGoName = "amd64"
        #else
            static let hostGoName = "arm64"
        #endif
    }

    /// All hold; where one argument is named twice, any.
    private static func holds(_ comparisons: [JSON], _ arguments: [UInt64]) -> Bool {
        let indices = comparisons.compactMap { number($0["index"]) }
        let verdicts = comparisons.map { holds($0, arguments) }
        return Set(indices).count < indices.count ? verdicts.contains(true) : !verdicts.contains(false)
    }

    private static func holds(_ comparison: JSON, _ arguments: [UInt64]) -> Bool {
        let (argument, value) = (arguments[Int(number(comparison["index"]) ?? 0)], number(comparison["value"]) ?? 0)
        switch comparison["op"]?.stringValue {
        case "SCMP_CMP_NE": return argument != value
        case "SCMP_CMP_LT": return argument < value
        case "SCMP_CMP_LE": return argument <= value
        case "SCMP_CMP_EQ": return argument == value
        case "SCMP_CMP_GE": return argument >= value
        case "SCMP_CMP_GT": return argument > value
        case "SCMP_CMP_MASKED_EQ": return argument & value == number(comparison["valueTwo"]) ?? 0
        default: return false
        }
    }

    /// Every number that a rule names, and what lies beside it.
    static func boundaries(_ profiles: JSON...) -> [UInt64] {
        var values: Set<UInt64> = [0, 1, 1 << 32, .max]
        for argument in profiles.flatMap({ $0["syscalls"]?.arrayValue ?? [] }).flatMap({ $0["args"]?.arrayValue ?? [] })
        {
            for value in [number(argument["value"]), number(argument["valueTwo"])].compactMap(\.self) {
                values.formUnion([value &- 1, value, value &+ 1, value | 1 << 32, value << 32])
            }
        }
        return values.sorted()
    }

    private static func number(_ json: JSON?) -> UInt64? {
        if case .integer(let value)? = json { UInt64(exactly: value) } else { nil }
    }
}
