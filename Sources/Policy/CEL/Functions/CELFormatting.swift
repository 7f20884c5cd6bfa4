/// `format.format([arguments])`: the walk through lists and maps; the library writes the leaves.
enum CELFormatting {
    static func format(
        _ format: String, _ arguments: CELList, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> String {
        var result = ""
        var next = 0
        for piece in try CELFormat(parsing: format).pieces {
            switch piece {
            case .text(let text): try append(text, to: &result, &budget)
            case .clause(let clause):
                guard next < arguments.count else { throw CELFunctionError("index \(next) out of range") }
                try append(text(of: arguments.element(next), clause, &budget), to: &result, &budget)
                next += 1
            }
        }
        return result
    }

    private static func append(
        _ text: String, to result: inout String, _ budget: inout CELBudget
    ) throws(CELFunctionError) {
        try budget.charge(bytes: text.utf8.count)
        try CELText.checkLength(result.utf8.count, text.utf8.count, budget.maximumBytes)
        result += text
    }

    private static func text(
        of value: CELValue, _ clause: CELFormatClause, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> String {
        try budget.charge()
        guard case .string = clause else { return try value.formatted(clause, maximumBytes: budget.maximumBytes) }
        switch value {
        case .list(let list):
            var result = "["
            for index in 0..<list.count {
                if index > 0 { result += ", " }
                try append(text(of: list.element(index), clause, &budget), to: &result, &budget)
            }
            return result + "]"
        case .map(let map):
            var entries: [(key: String, value: CELValue)] = []
            for key in map.keys() {
                guard let found = CELKey(key), let value = try map.value(found) else { continue }
                entries.append((try text(of: key, clause, &budget), value))
            }
            entries.sort { CELText.compare($0.key, $1.key) < 0 }
            var result = "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { result += ", " }
                try append(entry.key + ": ", to: &result, &budget)
                try append(text(of: entry.value, clause, &budget), to: &result, &budget)
            }
            return result + "}"
        default:
            return try value.formatted(clause, maximumBytes: budget.maximumBytes)
        }
    }
}
