import StrictJSON

/// The room that one entry of the ledger gives to its lists.
///
/// An entry holds 65,535 bytes, and whoever makes a call names the files that the lists are about: what they take is
/// counted in bytes, never in elements.
package struct EntryRoom: Sendable {
    /// Half of an entry; the rest is for what every entry says.
    package static let bytes = 32 << 10

    private var left: Int

    package init(_ bytes: Int = Self.bytes) { left = bytes }

    /// Adds the first of the values, as many as fit, as the member `key`, and the number of the others, if there are
    /// any, as `keyOmitted`.
    ///
    /// - Parameter share: The most bytes that these may take of what is left.
    package mutating func add(
        _ values: some Collection<JSON>, as key: String, to object: inout JSONObject, share: Int = .max
    ) {
        var room = min(left, share)
        var kept: [JSON] = []
        for value in values {
            let size = value.encoded().count + 1
            guard size <= room else { break }
            room -= size
            left -= size
            kept.append(value)
        }
        object[key] = .array(kept)
        if kept.count < values.count { object[key + "Omitted"] = .integer(Int64(values.count - kept.count)) }
    }
}
