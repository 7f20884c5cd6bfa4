import Testing

@testable import Sandbox

/// A system call as the kernel shows it to a filter.
struct CallData {
    var number: UInt32
    var architecture = Architecture.x86_64.auditValue
    var arguments: [UInt64] = []

    /// The 32-bit word at an offset of `struct seccomp_data`.
    func word(at offset: UInt32) -> UInt32? {
        switch offset {
        case 0: return number
        case 4: return architecture
        case 16..<64 where offset % 4 == 0:
            let index = Int(offset - 16) / 8
            let value = index < arguments.count ? arguments[index] : 0
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? value : value >> 32)
        default: return nil
        }
    }
}

/// Runs classic BPF as the kernel would; nil for a program that the kernel's checker refuses.
func evaluate(_ program: [BPFInstruction], _ data: CallData) -> UInt32? {
    var accumulator: UInt32 = 0
    var counter = 0
    while counter < program.count {
        let instruction = program[counter]
        counter += 1
        func jump(_ condition: Bool) { counter += Int(condition ? instruction.jumpTrue : instruction.jumpFalse) }
        switch instruction.code {
        case BPFInstruction.loadWord:
            guard let word = data.word(at: instruction.operand) else { return nil }
            accumulator = word
        case BPFInstruction.jump: counter += Int(instruction.operand)
        case BPFInstruction.jumpEqual: jump(accumulator == instruction.operand)
        case BPFInstruction.and: accumulator &= instruction.operand
        case BPFInstruction.jumpGreater: jump(accumulator > instruction.operand)
        case BPFInstruction.jumpGreaterOrEqual: jump(accumulator >= instruction.operand)
        case BPFInstruction.jumpAnyBit: jump(accumulator & instruction.operand != 0)
        case BPFInstruction.return: return instruction.operand
        default: return nil
        }
    }
    return nil
}
