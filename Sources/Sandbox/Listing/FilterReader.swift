/// Reads a program from its start to its end, and knows at each instruction what the accumulator holds and which system
/// calls can have come there. Jumps go forward only, so one pass is enough.
struct FilterReader {
    let lines: [FilterListing.Line]

    /// What is known before an instruction is run.
    private struct State {
        /// The word that was loaded last; nil if paths with different words meet here.
        var word: UInt32?
        var mask: UInt32 = .max
        /// The numbers that come here, as ranges in order. Everything until the first comparison.
        var numbers: [ClosedRange<UInt32>]

        mutating func merge(_ other: State) {
            if word != other.word { word = nil }
            if mask != other.mask { word = nil }
            var united: [ClosedRange<UInt32>] = []
            for range in (numbers + other.numbers).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if let last = united.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                    united[united.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
                } else {
                    united.append(range)
                }
            }
            numbers = united
        }
    }

    init(_ program: FilterProgram, _ table: SystemCallTable) {
        let names = FilterNames(table, program.cookie)
        var states = [State?](repeating: nil, count: program.instructions.count)
        if !states.isEmpty { states[0] = State(numbers: [0...UInt32.max]) }
        var lines: [FilterListing.Line] = []
        func go(_ state: State, to target: Int) {
            guard states.indices.contains(target), !state.numbers.isEmpty else { return }
            if states[target] == nil { states[target] = state } else { states[target]?.merge(state) }
        }
        for (index, instruction) in program.instructions.enumerated() {
            let state = states[index] ?? State(numbers: [])
            let next = index + 1
            var (yes, no): (Int?, Int?) = (nil, nil)
            var after = state
            switch instruction.code {
            case BPFInstruction.loadWord:
                after.word = instruction.operand
                after.mask = .max
                go(after, to: next)
            case BPFInstruction.and:
                after.mask &= instruction.operand
                go(after, to: next)
            case BPFInstruction.jump:
                yes = next + Int(instruction.operand)
                go(state, to: next + Int(instruction.operand))
            case BPFInstruction.return: break
            default:
                yes = next + Int(instruction.jumpTrue)
                no = next + Int(instruction.jumpFalse)
                let split = Self.split(state, by: instruction)
                go(split.yes, to: next + Int(instruction.jumpTrue))
                go(split.no, to: next + Int(instruction.jumpFalse))
            }
            let calls = names.calls(state.numbers)
            lines.append(
                .init(
                    number: index, operation: names.operation(instruction),
                    operand: names.operand(instruction, word: state.word, mask: state.mask, calls: state.numbers),
                    yes: yes, no: no, calls: calls))
        }
        self.lines = lines
    }

    /// Only comparisons with the number tell numbers apart.
    private static func split(_ state: State, by instruction: BPFInstruction) -> (yes: State, no: State) {
        guard state.word == FilterData.number, state.mask == .max else { return (state, state) }
        let operand = instruction.operand
        let chosen: ClosedRange<UInt32>?
        switch instruction.code {
        case BPFInstruction.jumpEqual: chosen = operand...operand
        case BPFInstruction.jumpGreaterOrEqual: chosen = operand...UInt32.max
        case BPFInstruction.jumpGreater: chosen = operand == .max ? nil : (operand + 1)...UInt32.max
        default: return (state, state)
        }
        var (yes, no) = (state, state)
        yes.numbers = chosen.map { range in state.numbers.compactMap { Self.common($0, range) } } ?? []
        no.numbers = state.numbers.flatMap { numbers -> [ClosedRange<UInt32>] in
            guard let chosen else { return [numbers] }
            let below = chosen.lowerBound > 0 ? Self.common(numbers, 0...(chosen.lowerBound - 1)) : nil
            let above = chosen.upperBound < .max ? Self.common(numbers, (chosen.upperBound + 1)...UInt32.max) : nil
            return [below, above].compactMap(\.self)
        }
        return (yes, no)
    }

    private static func common(_ one: ClosedRange<UInt32>, _ other: ClosedRange<UInt32>) -> ClosedRange<UInt32>? {
        one.overlaps(other) ? one.clamped(to: other) : nil
    }
}
