/// What is evaluated: an expression whose names are places and whose calls are bound.
indirect enum CELNode: Sendable {
    typealias One = @Sendable (CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue
    typealias Two = @Sendable (CELValue, CELValue, inout CELBudget) throws(CELFunctionError) -> CELValue
    typealias Many = @Sendable ([CELValue], inout CELBudget) throws(CELFunctionError) -> CELValue

    case constant(CELValue)
    /// A variable of the environment, by its slot.
    case variable(Int)
    /// A variable of a macro, by its place among those around.
    case local(Int)
    /// What has no value whatever the variables: an unknown name in an expression that was not checked.
    case failure(CELFunctionError)
    case select(CELNode, String, isOptional: Bool, Int)
    case presence(CELNode, String, Int)
    case index(CELNode, CELNode, isOptional: Bool, Int)
    // The last number of each is the place in the source.
    case one(One, CELNode, Int)
    case two(Two, CELNode, CELNode, Int)
    case many(Many, [CELNode], Int)
    case equal(CELNode, CELNode, isNegated: Bool)
    case matches(CELNode, CELPattern, Int)
    case and(CELNode, CELNode)
    case or(CELNode, CELNode)
    case conditional(CELNode, CELNode, CELNode)
    case list([(CELNode, isOptional: Bool)])
    case map([(key: CELNode, value: CELNode, isOptional: Bool)], Int)
    case loop(CELLoop)
    case bind(CELNode, CELNode)
    case optionalMap(CELNode, CELNode, isFlat: Bool, Int)
}

/// A macro that goes through a list or a map.
struct CELLoop: Sendable {
    let kind: CELComprehension.Kind
    let range: CELNode
    /// 1 or 2.
    let names: Int
    let filter: CELNode?
    let body: CELNode
    let offset: Int
}
