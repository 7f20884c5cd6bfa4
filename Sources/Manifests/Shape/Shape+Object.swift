import Diagnostics
import StrictJSON

/// A mapping with the given keys and no others. `later` names keys that the design has and this build cannot enforce,
/// with what they are.
func object<each Field: Sendable, Value: Sendable>(
    _ expectation: String, later: [String: String] = [:], _ keys: repeat Key<each Field>,
    make: @escaping @Sendable (repeat each Field) -> Value
) -> Shape<Value> {
    var properties = JSONObject()
    var names: [String] = []
    var requiredNames: [JSON] = []
    func declare<Declared>(_ key: Key<Declared>) {
        properties[key.name] = key.schema
        names.append(key.name)
        if key.isRequired { requiredNames.append(.string(key.name)) }
    }
    repeat declare(each keys)
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    if !requiredNames.isEmpty { schema["required"] = .array(requiredNames) }
    schema["additionalProperties"] = false

    let known = names
    let shape = Shape<Value>(expectation, schema: .object(schema)) { _, _ in nil }
    return Shape(expectation, schema: .object(schema)) { located, decoding in
        guard case .object(let members) = located.content else {
            shape.mismatch(located, &decoding)
            return nil
        }
        reportUnknown(members, known: known, later: later, &decoding)
        let fields = (repeat field(each keys, of: located, &decoding))
        do throws(FieldMissing) {
            return make(repeat try unwrapped(each fields))
        } catch {
            return nil
        }
    }
}

private struct FieldMissing: Error {}

private func unwrapped<Field>(_ field: Field?) throws(FieldMissing) -> Field {
    guard let field else { throw FieldMissing() }
    return field
}

private func field<Field>(_ key: Key<Field>, of located: Located, _ decoding: inout Decoding) -> Field? {
    if let value = located[key.name] {
        return decoding.inside(.key(key.name)) { key.decode(value, &$0) }
    }
    if key.isRequired {
        decoding.report(
            .missingKey, at: located.position, "the key \(VisibleText.quoted(key.name)) is missing",
            suggestion: key.advice)
    }
    return key.absent
}

private func reportUnknown(
    _ members: [Located.Member], known: [String], later: [String: String], _ decoding: inout Decoding
) {
    let present = Set(members.map(\.key))
    let candidates = known.filter { !present.contains($0) } + later.keys.sorted()
    let unknown = members.filter { !known.contains($0.key) }
    for member in unknown.prefix(ManifestErrors.limit) {
        decoding.inside(.key(member.key)) { decoding in
            if let reason = later[member.key] {
                decoding.reportLater(member.key, reason, at: member.keyPosition)
                return
            }
            decoding.report(
                .unknownKey, at: member.keyPosition, "unknown key \(VisibleText.quoted(member.key))",
                suggestion: Nearest.advice(for: member.key, among: candidates)
                    ?? "known here are \(VisibleText.list(known, conjunction: "and", limit: 40))")
        }
    }
    // A nearest key for each of a million would be work for a minute.
    if let next = unknown.dropFirst(ManifestErrors.limit).first {
        decoding.report(
            .unknownKey, at: next.keyPosition, "\(unknown.count - ManifestErrors.limit) more unknown keys")
    }
}

extension Shape {
    /// Exactly one of these keys has to be there.
    func exactlyOne(of names: [String]) -> Shape {
        describing(["oneOf": .array(names.map { ["required": [.string($0)]] })]).structured { located, decoding in
            let present = located.members.filter { names.contains($0.key) }
            if present.isEmpty {
                decoding.report(
                    .missingKey, at: located.position, "one of \(VisibleText.list(names, conjunction: "or")) is missing"
                )
            }
            for extra in present.dropFirst().prefix(1) {
                decoding.report(
                    .contradiction, at: extra.keyPosition,
                    "expected one of \(VisibleText.list(names, conjunction: "or")), found "
                        + VisibleText.list(present.map(\.key), conjunction: "and"))
            }
        }
    }

    /// At least one key has to be there.
    func notEmpty() -> Shape {
        describing(["minProperties": 1]).structured { located, decoding in
            if located.members.isEmpty {
                decoding.report(.missingKey, at: located.position, "the mapping is empty")
            }
        }
    }
}
