import CPostgreSQL
import StrictJSON
import ToolSupport

/// The values of `$1`, `$2` and so on, as texts that the server reads by the type of each. None of them is ever a part of
/// the statement.
struct Parameters {
    let texts: [String?]

    init(_ values: [JSON], _ types: TypeNames) throws(ServerFailure) {
        guard values.count == types.parameters.count else {
            throw .own(
                ToolError(
                    .invalidArguments,
                    "the statement takes \(types.parameters.count) parameters, and `parameters` has \(values.count)"))
        }
        texts = zip(values, types.parameters).map { value, type in
            if let element = type.element, case .array(let elements) = value {
                return ArrayText.write(elements, delimiter: type.delimiter) { Self.text(of: $0, element) }
            }
            return Self.text(of: value, type.type)
        }
        guard !texts.contains(where: { $0?.utf8.contains(0) ?? false }) else {
            throw .own(
                ToolError(.invalidArguments, "a parameter holds a NUL character, which no text of PostgreSQL has"))
        }
    }

    /// Nil for NULL. Lists and mappings are JSON, and so is everything for a type that is JSON.
    private static func text(of value: JSON, _ type: Oid) -> String? {
        switch value {
        case .null: return nil
        case .string(let text) where !TypeNames.isJSON(type): return text
        default: return value.encodedString()
        }
    }
}
