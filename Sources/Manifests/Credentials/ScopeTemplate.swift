import StrictJSON

/// What a credential opens: a JSON value in whose texts `${args.NAME}` stands for an argument of the call.
package indirect enum ScopeTemplate: Hashable, Sendable {
    case value(JSON)
    case text(Template)
    case list([ScopeTemplate])
    case mapping([Member])

    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: ScopeTemplate

        package init(key: String, value: ScopeTemplate) {
            self.key = key
            self.value = value
        }
    }

    package static let nothing = ScopeTemplate.mapping([])

    /// The scope of one call. A text that is one argument and nothing else becomes that argument as it is, a list or a
    /// mapping too; of an absent one there is no member and no element.
    package func expand(arguments: JSON) throws(TemplateError) -> JSON { try expanded(arguments) ?? .object([:]) }

    private func expanded(_ arguments: JSON) throws(TemplateError) -> JSON? {
        switch self {
        case .value(let value): return value
        case .text(let template):
            if case .argument(let name)? = template.segments.first, template.segments.count == 1 {
                return name.reduce(arguments) { value, key in value?.objectValue?[key] }
            }
            return try template.expand(arguments: arguments).first.map { .string($0) }
        case .list(let elements):
            var values: [JSON] = []
            for element in elements { if let value = try element.expanded(arguments) { values.append(value) } }
            return .array(values)
        case .mapping(let members):
            var object = JSONObject()
            for member in members { object[member.key] = try member.value.expanded(arguments) }
            return .object(object)
        }
    }

    /// As it is written.
    package var source: JSON {
        switch self {
        case .value(let value): return value
        case .text(let template): return .string(template.source)
        case .list(let elements): return .array(elements.map(\.source))
        case .mapping(let members):
            var object = JSONObject()
            for member in members { object[member.key] = member.value.source }
            return .object(object)
        }
    }
}
