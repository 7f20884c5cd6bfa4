/// A parsed expression, its macros expanded.
struct CELExpression: Sendable {
    /// Where it starts in the source, in UTF-8 bytes; of an operator where the operator stands.
    let offset: Int
    /// 1 for a leaf: what goes through an expression recurses as deep.
    let depth: Int
    let kind: Kind

    indirect enum Kind: Sendable {
        case literal(CELValue)
        /// With a leading dot it is looked up outside of all scopes.
        case identifier(String, isAbsolute: Bool)
        case select(CELExpression, field: String, isOptional: Bool)
        /// `has(e.field)`.
        case presence(CELExpression, field: String, isOptional: Bool)
        case index(CELExpression, CELExpression, isOptional: Bool)
        /// Operators too, by the names that the specification gives them (`_+_`).
        case call(String, target: CELExpression?, [CELExpression])
        case and(CELExpression, CELExpression)
        case or(CELExpression, CELExpression)
        case conditional(CELExpression, CELExpression, CELExpression)
        case list([Element])
        case map([Entry])
        case comprehension(CELComprehension)
        /// `cel.bind(name, value, result)`, and `cel.block`, which is several of them.
        case bind(name: String, CELExpression, CELExpression)
        /// `o.optMap(name, e)` and `o.optFlatMap(name, e)`.
        case optionalMap(CELExpression, name: String, CELExpression, isFlat: Bool)
    }

    struct Element: Sendable {
        let value: CELExpression
        /// `[?e]`: left out where the optional is empty.
        let isOptional: Bool
    }

    struct Entry: Sendable {
        let key: CELExpression
        let value: CELExpression
        let isOptional: Bool
    }
}

/// A macro that goes through a list or a map.
struct CELComprehension: Sendable {
    enum Kind: Sendable {
        case all, exists, existsOne
        /// `map`, `filter`, `transformList`.
        case list
        /// `transformMap`: the keys stay.
        case map
    }

    let kind: Kind
    let range: CELExpression
    /// One name: the element, or the key of a map. Two: index and element, or key and value.
    let names: [String]
    let filter: CELExpression?
    let body: CELExpression
}
