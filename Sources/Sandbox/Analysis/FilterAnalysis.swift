import Glibc
import Manifests

/// What a compiled filter does, for every system call and all arguments at once.
///
/// It follows the program as the kernel would run it, with all combinations of arguments that lead to an instruction. So it speaks of the filter itself, not of the words that the filter was compiled from.
struct FilterAnalysis: Sendable {
    let architecture: Architecture
    let table: SystemCallTable
    private let program: FilterProgram
    private let defaultError: Int32

    init(_ profile: ResolvedProfile, _ architecture: Architecture = .host) throws(SandboxError) {
        self.architecture = architecture
        table = SystemCallTable.of(architecture)
        program = try FilterCompiler.compile(profile, for: architecture)
        defaultError = profile.defaultAction == .enosys ? ENOSYS : EPERM
    }

    /// The outcomes of a system call, each with the arguments that lead to it.
    ///
    /// The launcher's own execveat, which holds a number that nobody else knows, is left out.
    func outcomes(
        ofNumber number: UInt32, architecture audit: UInt32? = nil
    ) throws(SandboxError) -> [CallVerdict: ArgumentRegion] {
        var outcomes: [CallVerdict: ArgumentRegion] = [:]
        // Jumps go forward only: when an instruction is reached, all ways to it are known.
        var pending = [[Word: ArgumentRegion]](repeating: [:], count: program.instructions.count)
        if !pending.isEmpty { pending[0] = [.known(0): .everything] }
        func go(_ region: ArgumentRegion, _ word: Word, to counter: Int) throws(SandboxError) {
            guard pending.indices.contains(counter) else { throw Self.unreadable }
            pending[counter][word] = try pending[counter][word]?.union(region) ?? region
        }
        for (counter, instruction) in program.instructions.enumerated() {
            for (word, region) in pending[counter] where !region.isEmpty {
                let next = counter + 1
                switch instruction.code {
                case BPFInstruction.loadWord:
                    let loaded = try self.word(at: instruction.operand, number, audit ?? architecture.auditValue)
                    try go(region, loaded, to: next)
                case BPFInstruction.and: try go(region, word.masked(instruction.operand), to: next)
                case BPFInstruction.jump: try go(region, word, to: next + Int(instruction.operand))
                case BPFInstruction.return:
                    let verdict = CallVerdict(returned: instruction.operand, default: defaultError)
                    guard let verdict else { throw Self.unreadable }
                    outcomes[verdict] = try outcomes[verdict]?.union(region) ?? region
                default:
                    let sides = try split(region, by: instruction, word)
                    try go(sides.yes, word, to: next + Int(instruction.jumpTrue))
                    try go(sides.no, word, to: next + Int(instruction.jumpFalse))
                }
            }
        }
        return outcomes
    }

    /// The arguments with which a call of that name passes; none where there is no such call.
    func allowed(_ name: String) throws(SandboxError) -> ArgumentRegion {
        guard let number = table.numbers[name] else { return .nothing }
        return try outcomes(ofNumber: number)[.allowed] ?? .nothing
    }

    /// What the accumulator holds.
    private enum Word: Hashable {
        case known(UInt32)
        /// Some bits of one half of an argument.
        case argument(Int, shift: UInt64, mask: UInt32)

        func masked(_ mask: UInt32) -> Word {
            switch self {
            case .known(let value): .known(value & mask)
            case .argument(let index, let shift, let kept): .argument(index, shift: shift, mask: kept & mask)
            }
        }
    }

    private func word(at offset: UInt32, _ number: UInt32, _ audit: UInt32) throws(SandboxError) -> Word {
        switch offset {
        case FilterData.number: return .known(number)
        case FilterData.architecture: return .known(audit)
        case FilterData.low(0)..<FilterData.low(6) where offset % 4 == 0:
            let index = Int(offset - FilterData.low(0)) / 8
            return .argument(index, shift: offset % 8 == 0 ? 0 : 32, mask: UInt32.max)
        default: throw Self.unreadable
        }
    }

    private func split(
        _ region: ArgumentRegion, by instruction: BPFInstruction, _ word: Word
    ) throws(SandboxError) -> (yes: ArgumentRegion, no: ArgumentRegion) {
        let operand = instruction.operand
        guard case .argument(let index, let shift, let mask) = word else {
            guard case .known(let value) = word, let holds = Self.holds(instruction.code, value, operand) else {
                throw Self.unreadable
            }
            return holds ? (region, .nothing) : (.nothing, region)
        }
        switch instruction.code {
        case BPFInstruction.jumpEqual:
            let isCookie = index == 5 && [program.cookie.low, program.cookie.high].contains(operand)
            guard !isCookie, operand & ~mask == 0 else { return (.nothing, region) }
            let cube = ArgumentCube(mask: UInt64(mask) << shift, value: UInt64(operand) << shift)
            return (try region.intersection(cube, at: index), try region.subtracting(cube, at: index))
        case BPFInstruction.jumpAnyBit:
            let none = ArgumentCube(mask: UInt64(mask & operand) << shift, value: 0)
            return (try region.subtracting(none, at: index), try region.intersection(none, at: index))
        case BPFInstruction.jumpGreater, BPFInstruction.jumpGreaterOrEqual:
            // A masked word is never compared by size.
            guard mask == UInt32.max else { throw Self.unreadable }
            let isStrict = instruction.code == BPFInstruction.jumpGreater
            guard !isStrict || operand < UInt32.max else { return (.nothing, region) }
            let least = isStrict ? operand + 1 : operand
            guard least > 0 else { return (region, .nothing) }
            return (
                try region.intersection(anyOf: ArgumentCube.pieces(of: least...UInt32.max, shift: shift), at: index),
                try region.intersection(anyOf: ArgumentCube.pieces(of: 0...(least - 1), shift: shift), at: index)
            )
        default: throw Self.unreadable
        }
    }

    private static func holds(_ code: UInt16, _ value: UInt32, _ operand: UInt32) -> Bool? {
        switch code {
        case BPFInstruction.jumpEqual: value == operand
        case BPFInstruction.jumpGreater: value > operand
        case BPFInstruction.jumpGreaterOrEqual: value >= operand
        case BPFInstruction.jumpAnyBit: value & operand != 0
        default: nil
        }
    }

    private static let unreadable = SandboxError(
        .unsupported, "the compiled filter holds an instruction that its own analysis does not know")
}
