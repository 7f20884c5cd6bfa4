extension JSON {
    /// Compact UTF-8, members in their order. Parsing it gives an equal value.
    ///
    /// A NaN or an infinity, which no parser produces, is written as `null`, as ECMAScript does.
    public func encoded() -> [UInt8] {
        var writer = Writer()
        writer.write(self)
        return writer.bytes
    }

    /// `encoded()` as a text.
    public func encodedString() -> String { String(decoding: encoded(), as: UTF8.self) }

    /// For people: one member or element a line, indented by two spaces.
    public func pretty() -> String {
        var writer = Writer()
        writer.writePretty(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension JSONObject {
    /// Compact UTF-8, members in their order.
    public func encoded() -> [UInt8] { JSON.object(self).encoded() }
}
