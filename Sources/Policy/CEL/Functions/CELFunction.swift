/// A function of the language: what it takes, and what it does.
struct CELFunction: Sendable {
    let key: CELFunctionKey
    /// Of which one has to fit. The target of a member function comes first. None: what it takes is checked by itself.
    var signatures: [CELSignature]
    let body: Body

    enum Body: Sendable {
        case none(@Sendable () -> CELValue)
        case one(@Sendable (CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue)
        case two(@Sendable (CELValue, CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue)
        case many(@Sendable ([CELValue], inout CELBudget) throws(CELFunctionError) -> CELValue)
    }
}

/// What a call names: functions of one name differ by their number of arguments, and by whether they have a target.
struct CELFunctionKey: Hashable, Sendable {
    let name: String
    let isMember: Bool
    /// With the target; nil for any number.
    let count: Int?
}

/// The types that a function takes and the one that it returns.
struct CELSignature: Sendable {
    let parameters: [CELType]
    let result: CELType

    init(_ parameters: CELType..., returns result: CELType) {
        self.parameters = parameters
        self.result = result
    }

    init(parameters: [CELType], result: CELType) {
        self.parameters = parameters
        self.result = result
    }
}

/// Functions by their keys.
struct CELFunctions: Sendable {
    private(set) var table: [CELFunctionKey: CELFunction] = [:]
    private(set) var names: Set<String> = []

    func function(_ name: String, isMember: Bool, count: Int) -> CELFunction? {
        table[CELFunctionKey(name: name, isMember: isMember, count: count)]
            ?? table[CELFunctionKey(name: name, isMember: isMember, count: nil)]
    }

    private mutating func insert(_ function: CELFunction) {
        names.insert(function.key.name)
        table[function.key] = function
    }

    mutating func add(
        _ name: String, isMember: Bool = false, _ signatures: CELSignature...,
        one body: @escaping @Sendable (CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue
    ) {
        insert(.init(key: .init(name: name, isMember: isMember, count: 1), signatures: signatures, body: .one(body)))
    }

    mutating func add(
        _ name: String, isMember: Bool = false, _ signatures: CELSignature...,
        two body: @escaping @Sendable (CELValue, CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue
    ) {
        insert(.init(key: .init(name: name, isMember: isMember, count: 2), signatures: signatures, body: .two(body)))
    }

    mutating func add(
        _ name: String, isMember: Bool = false, count: Int?, _ signatures: CELSignature...,
        many body: @escaping @Sendable ([CELValue], inout CELBudget) throws(CELFunctionError) -> CELValue
    ) {
        insert(
            .init(key: .init(name: name, isMember: isMember, count: count), signatures: signatures, body: .many(body)))
    }

    mutating func add(_ name: String, _ signature: CELSignature, none body: @escaping @Sendable () -> CELValue) {
        insert(.init(key: .init(name: name, isMember: false, count: 0), signatures: [signature], body: .none(body)))
    }

    mutating func replaceSignatures(_ name: String, count: Int, _ signatures: [CELSignature]) {
        table[CELFunctionKey(name: name, isMember: false, count: count)]?.signatures = signatures
    }

    /// Declares a function that has no body, for checking only.
    mutating func declare(_ name: String, isMember: Bool, _ signature: CELSignature) {
        let key = CELFunctionKey(name: name, isMember: isMember, count: signature.parameters.count)
        let known = table[key]?.signatures ?? []
        insert(
            .init(key: key, signatures: known + [signature]) { _, _ throws(CELFunctionError) in
                throw CELFunctionError("unbound function")
            })
    }

    /// The standard library and the extensions, made once.
    static let all: CELFunctions = {
        var functions = CELFunctions()
        addOperators(&functions)
        addComparisons(&functions)
        addConversions(&functions)
        addTime(&functions)
        addTexts(&functions)
        addMath(&functions)
        addNetwork(&functions)
        addOptionals(&functions)
        return functions
    }()
}

extension CELFunction {
    fileprivate init(
        key: CELFunctionKey, signatures: [CELSignature],
        many: @escaping @Sendable ([CELValue], inout CELBudget) throws(CELFunctionError) -> CELValue
    ) {
        self.init(key: key, signatures: signatures, body: .many(many))
    }
}
