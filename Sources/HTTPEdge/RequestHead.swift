/// The head of an HTTP request, as far as the edge looks at it.
package struct RequestHead: Sendable {
    package let method: String
    /// As it was sent: `/mcp?x=1`.
    package let target: String
    private let fields: [(name: String, value: String)]

    package init(method: String, target: String, fields: [(name: String, value: String)]) {
        self.method = method
        self.target = target
        self.fields = fields.map { ($0.name.lowercased(), $0.value) }
    }

    /// All values of a field.
    package func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The value of a field that there may be once; nil if there is none.
    ///
    /// - Throws: `EdgeRefusal` if it is there twice: whoever looks at one of them may not have seen the other.
    func single(_ name: String) throws(EdgeRefusal) -> String? {
        let values = values(name)
        guard values.count <= 1 else { throw .badRequest("`\(name)` is there \(values.count) times") }
        return values.first.map { value in
            String(value.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }
}
