/// Writes a BPF program from its end to its start. BPF jumps forward only, and a conditional jump reaches 255
/// instructions: built backwards, every target is placed before the jump to it, so each distance is known at once.
struct BPFAssembler {
    /// Where a jump goes: an instruction that is placed, or the end of the filter with a verdict.
    enum Target: Hashable {
        case position(Int)
        case action(FilterAction)
    }

    /// Counted from the program's end.
    private var reversed: [BPFInstruction] = []
    private var verdicts: [FilterAction: Int] = [:]

    /// The program in the order of execution.
    var program: [BPFInstruction] { reversed.reversed() }

    /// Compares the accumulator with `operand` by one of the conditional jumps.
    mutating func branch(_ code: UInt16, _ operand: UInt32, yes: Target, no: Target) -> Target {
        if yes == no { return yes }
        // A trampoline for one side moves the other one instruction farther: reach with room for it.
        let first = reach(yes, slack: 2)
        let second = reach(no, slack: 1)
        return place(
            BPFInstruction(
                code: code, jumpTrue: UInt8(distance(to: first)), jumpFalse: UInt8(distance(to: second)),
                operand: operand))
    }

    /// Loads a word of `struct seccomp_data`, then goes on at `next`.
    mutating func load(_ offset: UInt32, then next: Target) -> Target {
        let position = reach(next, slack: 0)
        if distance(to: position) > 0 {
            _ = place(
                BPFInstruction(code: BPFInstruction.jump, operand: UInt32(distance(to: position))))
        }
        return place(BPFInstruction(code: BPFInstruction.loadWord, operand: offset))
    }

    /// Loads a word and keeps the bits of `mask`, then goes on at `next`.
    mutating func load(_ offset: UInt32, mask: UInt32, then next: Target) -> Target {
        guard mask != UInt32.max else { return load(offset, then: next) }
        let position = reach(next, slack: 0)
        if distance(to: position) > 0 {
            _ = place(BPFInstruction(code: BPFInstruction.jump, operand: UInt32(distance(to: position))))
        }
        let masking = place(BPFInstruction(code: BPFInstruction.and, operand: mask))
        return load(offset, then: masking)
    }

    private mutating func place(_ instruction: BPFInstruction) -> Target {
        reversed.append(instruction)
        return .position(reversed.count - 1)
    }

    /// Instructions to skip if a jump were placed now.
    private func distance(to position: Int) -> Int { reversed.count - position - 1 }

    /// A position for `target` that a conditional jump can reach even after `slack` more instructions.
    private mutating func reach(_ target: Target, slack: Int) -> Int {
        let farthest = 255 - slack
        switch target {
        case .action(let action):
            if let position = verdicts[action], distance(to: position) <= farthest { return position }
            reversed.append(BPFInstruction(code: BPFInstruction.return, operand: action.rawValue))
            verdicts[action] = reversed.count - 1
            return reversed.count - 1
        case .position(let position):
            if distance(to: position) <= farthest { return position }
            reversed.append(BPFInstruction(code: BPFInstruction.jump, operand: UInt32(distance(to: position))))
            return reversed.count - 1
        }
    }
}
