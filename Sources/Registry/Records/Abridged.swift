import Store
import StrictJSON

extension JSON {
    /// What an entry says of an object that does not fit into it: its short members, how many elements each list has
    /// (`changesOmitted`), and by `digest` and `bytes` what the whole was.
    package func abridged() -> JSON {
        let members = objectValue ?? JSONObject()
        var short = JSONObject()
        for (key, value) in members {
            switch value {
            case .string(let text): short[key] = .string(text.cut(toBytes: 200))
            case .array, .object: continue
            default: short[key] = value
            }
        }
        for (key, value) in members {
            guard let elements = value.arrayValue else { continue }
            let omitted = members[key + "Omitted"]?.integerValue ?? 0
            short[key + "Omitted"] = .integer(Int64(elements.count) + omitted)
        }
        let whole = (try? canonical()) ?? encoded()
        short["digest"] = .string(Digest.of(whole).description)
        short["bytes"] = .integer(Int64(whole.count))
        return .object(short)
    }
}

extension String {
    /// The beginning of a text, with an ellipsis if there is more. Counted in bytes: one character can hold any number
    /// of scalars.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var kept = String.UnicodeScalarView()
        var room = limit
        for scalar in unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}
