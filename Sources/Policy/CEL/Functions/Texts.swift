extension CELFunctions {
    /// The standard functions of strings and the extension `strings`.
    static func addTexts(_ functions: inout CELFunctions) {
        addTests(&functions)
        addTransformations(&functions)
        addPieces(&functions)
        addSearches(&functions)
    }

    /// The text of a value, paid for.
    private static func text(_ value: CELValue, _ budget: inout CELBudget) throws(CELFunctionError) -> String {
        guard case .string(let text) = value else { throw .noOverload }
        try budget.charge(bytes: text.utf8.count)
        return text
    }

    private static func int(_ value: CELValue) throws(CELFunctionError) -> Int64 {
        guard case .int(let value) = value else { throw .noOverload }
        return value
    }

    private static func addTests(_ functions: inout CELFunctions) {
        let tests: [(String, @Sendable (String, String) -> Bool)] = [
            ("contains", { CELText.contains($0, $1) }), ("startsWith", { CELText.startsWith($0, $1) }),
            ("endsWith", { CELText.endsWith($0, $1) }),
        ]
        for (name, test) in tests {
            functions.add(name, isMember: true, .init(.string, .string, returns: .bool)) {
                (left, right, budget) throws(CELFunctionError) -> CELValue in
                .bool(test(try text(left, &budget), try text(right, &budget)))
            }
        }
        for isMember in [false, true] {
            functions.add("matches", isMember: isMember, .init(.string, .string, returns: .bool)) {
                (left, right, budget) throws(CELFunctionError) -> CELValue in
                let (subject, pattern) = (try text(left, &budget), try text(right, &budget))
                return .bool(try CELPattern(pattern, &budget).matches(subject))
            }
        }
    }

    private static func addTransformations(_ functions: inout CELFunctions) {
        let transformations: [(String, @Sendable (String) -> String)] = [
            ("lowerAscii", { CELText.lowerASCII($0) }), ("upperAscii", { CELText.upperASCII($0) }),
            ("trim", { CELText.trim($0) }), ("reverse", { CELText.reverse($0) }),
        ]
        for (name, transformation) in transformations {
            functions.add(name, isMember: true, .init(.string, returns: .string)) {
                (value, budget) throws(CELFunctionError) -> CELValue in
                .string(transformation(try text(value, &budget)))
            }
        }
        functions.add("strings.quote", .init(.string, returns: .string)) {
            (value, budget) throws(CELFunctionError) -> CELValue in
            .string(try CELText.quote(try text(value, &budget), maximumBytes: budget.maximumBytes))
        }
        functions.add("format", isMember: true, .init(.string, .list(.dyn), returns: .string)) {
            (format, arguments, budget) throws(CELFunctionError) -> CELValue in
            guard case .list(let list) = arguments else { throw .noOverload }
            return .string(try CELFormatting.format(try text(format, &budget), list, &budget))
        }
    }

    private static func addPieces(_ functions: inout CELFunctions) {
        functions.add("charAt", isMember: true, .init(.string, .int, returns: .string)) {
            (value, index, budget) throws(CELFunctionError) -> CELValue in
            .string(try CELText.charAt(try text(value, &budget), try int(index)))
        }
        functions.add("substring", isMember: true, .init(.string, .int, returns: .string)) {
            (value, start, budget) throws(CELFunctionError) -> CELValue in
            .string(try CELText.substring(try text(value, &budget), try int(start)))
        }
        functions.add("substring", isMember: true, count: 3, .init(.string, .int, .int, returns: .string)) {
            (values, budget) throws(CELFunctionError) -> CELValue in
            .string(try CELText.substring(try text(values[0], &budget), try int(values[1]), try int(values[2])))
        }
        let strings = CELType.list(.string)
        functions.add("join", isMember: true, .init(strings, returns: .string)) {
            (list, budget) throws(CELFunctionError) -> CELValue in try join(list, "", &budget)
        }
        functions.add("join", isMember: true, .init(strings, .string, returns: .string)) {
            (list, separator, budget) throws(CELFunctionError) -> CELValue in
            try join(list, try text(separator, &budget), &budget)
        }
        functions.add("split", isMember: true, .init(.string, .string, returns: strings)) {
            (value, separator, budget) throws(CELFunctionError) -> CELValue in
            try split(value, separator, -1, &budget)
        }
        functions.add("split", isMember: true, count: 3, .init(.string, .string, .int, returns: strings)) {
            (values, budget) throws(CELFunctionError) -> CELValue in
            try split(values[0], values[1], try int(values[2]), &budget)
        }
        functions.add("replace", isMember: true, count: 3, .init(.string, .string, .string, returns: .string)) {
            (values, budget) throws(CELFunctionError) -> CELValue in try replace(values, -1, &budget)
        }
        functions.add("replace", isMember: true, count: 4, .init(.string, .string, .string, .int, returns: .string)) {
            (values, budget) throws(CELFunctionError) -> CELValue in try replace(values, try int(values[3]), &budget)
        }
    }

    private static func join(
        _ list: CELValue, _ separator: String, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        guard case .list(let list) = list else { throw .noOverload }
        var texts: [String] = []
        for index in 0..<list.count { texts.append(try text(try list.element(index), &budget)) }
        let joined = try CELText.join(texts, separator: separator, maximumBytes: budget.maximumBytes)
        try budget.charge(bytes: joined.utf8.count)
        return .string(joined)
    }

    private static func split(
        _ value: CELValue, _ separator: CELValue, _ limit: Int64, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        let (value, separator) = (try text(value, &budget), try text(separator, &budget))
        // Into single characters it makes as many texts as there are bytes, at most.
        if separator.isEmpty { try budget.charge(value.utf8.count) }
        let pieces = CELText.split(value, separator: separator, limit: limit)
        try budget.charge(pieces.count)
        return .list(.values(pieces.map { .string($0) }))
    }

    private static func replace(
        _ values: [CELValue], _ limit: Int64, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        let result = try CELText.replace(
            try text(values[0], &budget), try text(values[1], &budget), with: try text(values[2], &budget),
            limit: limit,
            maximumBytes: budget.maximumBytes)
        try budget.charge(bytes: result.utf8.count)
        return .string(result)
    }

    private static func addSearches(_ functions: inout CELFunctions) {
        functions.add("indexOf", isMember: true, .init(.string, .string, returns: .int)) {
            (value, part, budget) throws(CELFunctionError) -> CELValue in
            .int(try CELText.indexOf(try text(value, &budget), try text(part, &budget)))
        }
        functions.add("indexOf", isMember: true, count: 3, .init(.string, .string, .int, returns: .int)) {
            (values, budget) throws(CELFunctionError) -> CELValue in
            .int(
                try CELText.indexOf(
                    try text(values[0], &budget), try text(values[1], &budget), from: try int(values[2])))
        }
        functions.add("lastIndexOf", isMember: true, .init(.string, .string, returns: .int)) {
            (value, part, budget) throws(CELFunctionError) -> CELValue in
            .int(CELText.lastIndexOf(try text(value, &budget), try text(part, &budget)))
        }
        functions.add("lastIndexOf", isMember: true, count: 3, .init(.string, .string, .int, returns: .int)) {
            (values, budget) throws(CELFunctionError) -> CELValue in
            .int(
                try CELText.lastIndexOf(
                    try text(values[0], &budget), try text(values[1], &budget), from: try int(values[2])))
        }
    }
}
