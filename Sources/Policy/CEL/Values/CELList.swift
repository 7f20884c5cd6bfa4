import StrictJSON

/// The elements of a list.
enum CELList: Sendable {
    case values([CELValue])
    /// Read where they are asked for, each as a value of this type.
    case json([JSON], ArgumentType)

    var count: Int {
        switch self {
        case .values(let values): values.count
        case .json(let elements, _): elements.count
        }
    }

    /// - Parameter index: Less than `count`.
    func element(_ index: Int) throws(CELFunctionError) -> CELValue {
        switch self {
        case .values(let values): values[index]
        case .json(let elements, let type): try CELValue(elements[index], as: type)
        }
    }

    /// Every element, read.
    func all() throws(CELFunctionError) -> [CELValue] {
        if case .values(let values) = self { return values }
        var values: [CELValue] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try element(index)) }
        return values
    }
}
