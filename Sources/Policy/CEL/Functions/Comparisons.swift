extension CELFunctions {
    /// `== != < <= > >=`, `in` and `size`.
    static func addComparisons(_ functions: inout CELFunctions) {
        let any = CELType.parameter("A")
        functions.add("_==_", .init(any, any, returns: .bool)) {
            (left, right, budget) throws(CELFunctionError) -> CELValue in .bool(try left.equals(right, &budget))
        }
        functions.add("_!=_", .init(any, any, returns: .bool)) {
            (left, right, budget) throws(CELFunctionError) -> CELValue in .bool(try !left.equals(right, &budget))
        }
        addOrder("_<_", &functions) { $0 < 0 }
        addOrder("_<=_", &functions) { $0 <= 0 }
        addOrder("_>_", &functions) { $0 > 0 }
        addOrder("_>=_", &functions) { $0 >= 0 }
        functions.add(
            "@in", .init(any, .list(any), returns: .bool),
            .init(any, .map(key: any, value: .parameter("B")), returns: .bool), two: contains)
        for isMember in [false, true] {
            functions.add(
                "size", isMember: isMember, .init(.string, returns: .int), .init(.bytes, returns: .int),
                .init(.list(any), returns: .int), .init(.map(key: any, value: .parameter("B")), returns: .int),
                one: size)
        }
    }

    private static func addOrder(
        _ name: String, _ functions: inout CELFunctions, _ holds: @escaping @Sendable (Int) -> Bool
    ) {
        var signatures: [CELSignature] = []
        let numbers: [CELType] = [.int, .uint, .double]
        for left in numbers { for right in numbers { signatures.append(.init(left, right, returns: .bool)) } }
        for type: CELType in [.bool, .string, .bytes, .timestamp, .duration] {
            signatures.append(.init(type, type, returns: .bool))
        }
        functions.add(name, signatures: signatures) { (left, right, budget) throws(CELFunctionError) -> CELValue in
            // NaN has no order: every comparison with it is false.
            .bool(try left.compared(to: right, &budget).map(holds) ?? false)
        }
    }

    private mutating func add(
        _ name: String, signatures: [CELSignature],
        _ body: @escaping @Sendable (CELValue, CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue
    ) {
        add(name, two: body)
        replaceSignatures(name, count: 2, signatures)
    }

    @Sendable
    private static func contains(
        _ value: CELValue, _ range: CELValue, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        switch range {
        case .list(let list):
            for index in 0..<list.count where try list.element(index).equals(value, &budget) { return .bool(true) }
            return .bool(false)
        case .map(let map):
            // A key that no map can have is in none.
            guard let key = CELKey(value) else { return .bool(false) }
            return .bool(try map.value(key) != nil)
        default: throw .noOverload
        }
    }

    @Sendable
    private static func size(_ value: CELValue, _ budget: inout CELBudget) throws(CELFunctionError) -> CELValue {
        switch value {
        case .string(let text):
            try budget.charge(bytes: text.utf8.count)
            return .int(CELText.size(text))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let list): return .int(Int64(list.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw .noOverload
        }
    }
}
