import Glibc

/// Names for what a filter's instructions hold as numbers.
struct FilterNames {
    private let names: [UInt32: String]
    private let cookie: Cookie

    init(_ table: SystemCallTable, _ cookie: Cookie) {
        names = table.numbers.reduce(into: [:]) { $0[$1.value] = $1.key }
        self.cookie = cookie
    }

    func operation(_ instruction: BPFInstruction) -> String {
        switch instruction.code {
        case BPFInstruction.loadWord: "ld"
        case BPFInstruction.and: "and"
        case BPFInstruction.jump: "ja"
        case BPFInstruction.jumpEqual: "jeq"
        case BPFInstruction.jumpGreater: "jgt"
        case BPFInstruction.jumpGreaterOrEqual: "jge"
        case BPFInstruction.jumpAnyBit: "jset"
        case BPFInstruction.return: "ret"
        default: "code \(instruction.code)"
        }
    }

    /// - Parameters:
    ///   - word: The offset that the accumulator was loaded from, if it is one.
    ///   - calls: The numbers that can come to the instruction.
    func operand(
        _ instruction: BPFInstruction, word: UInt32?, mask: UInt32, calls: [ClosedRange<UInt32>]
    ) -> String {
        let operand = instruction.operand
        switch instruction.code {
        case BPFInstruction.loadWord: return self.word(operand, only(calls))
        case BPFInstruction.return: return verdict(operand)
        case BPFInstruction.jump: return ""
        case BPFInstruction.and: return hexadecimal(operand)
        default: return value(operand, by: instruction.code, word: word, only(calls))
        }
    }

    /// `read`, `read … write`, or the number of calls.
    func calls(_ numbers: [ClosedRange<UInt32>]) -> String {
        guard numbers != [0...UInt32.max] else { return "" }
        let known = numbers.flatMap { range in names.keys.filter(range.contains) }.sorted().compactMap { names[$0] }
        let unknown = numbers.contains { range in range.upperBound > 0x3fff_ffff }
        let rest = unknown ? ["numbers without a name"] : []
        guard known.count > 3 else {
            return (known + (known.isEmpty ? ["numbers without a name"] : rest)).joined(separator: ", ")
        }
        return "\(known[0]) … \(known[known.count - 1]), \(known.count) calls" + (unknown ? " and more" : "")
    }

    private func only(_ numbers: [ClosedRange<UInt32>]) -> String? {
        guard numbers.count == 1, numbers[0].lowerBound == numbers[0].upperBound else { return nil }
        return names[numbers[0].lowerBound]
    }

    private func word(_ offset: UInt32, _ call: String?) -> String {
        switch offset {
        case FilterData.number: return "number"
        case FilterData.architecture: return "architecture"
        default:
            let index = Int(offset - FilterData.low(0)) / 8
            return ArgumentNames.argument(index, of: call) + (offset % 8 == 0 ? "" : ", upper half")
        }
    }

    private func value(_ value: UInt32, by instruction: UInt16, word: UInt32?, _ call: String?) -> String {
        guard let word else { return hexadecimal(value) }
        switch word {
        case FilterData.architecture:
            return Architecture.allCases.first { $0.auditValue == value }?.rawValue ?? hexadecimal(value)
        case FilterData.number:
            if value == Architecture.host.firstForeignNumber { return "x32 (0x40000000)" }
            return "\(names[value] ?? "number") (\(value))"
        default:
            if value == cookie.low || value == cookie.high { return "the launcher's random number" }
            guard word % 8 == 0 else { return hexadecimal(value) }
            let argument = Int(word - FilterData.low(0)) / 8
            if instruction == BPFInstruction.jumpAnyBit {
                return ArgumentNames.mask(UInt64(value), of: argument, in: call)
            }
            return ArgumentNames.value(UInt64(value), of: argument, in: call)
        }
    }

    private func verdict(_ value: UInt32) -> String {
        switch value & 0xffff_0000 {
        case FilterAction.allow.rawValue: "allow"
        case FilterAction.killProcess.rawValue: "kill the process"
        case 0x0005_0000: "error \(ErrorNumbers.name(of: Int32(value & 0xffff)))"
        case CallVerdict.notify: "refuse and report"
        default: hexadecimal(value)
        }
    }

    private func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
