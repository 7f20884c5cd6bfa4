import CPostgreSQL
import StrictJSON

/// The types of a statement's parameters and columns, as the server calls them.
struct TypeNames {
    struct Column {
        /// `character varying(20)`.
        let name: String
        let type: Oid
        /// Of an array: what it holds, and what parts them.
        var element: Oid?
        var delimiter: UInt8 = UInt8(ascii: ",")
    }

    /// json, jsonb.
    static func isJSON(_ type: Oid) -> Bool { type == 114 || type == 3802 }

    let columns: [Column]
    /// Whether each is an array.
    let parameters: [Column]

    init(_ shape: Session.Shape, _ session: borrowing Session) throws(ServerFailure) {
        var asked: [(type: Oid, modifier: Int32)] = shape.parameters.map { ($0, -1) }
        asked += shape.columns.map { ($0.type, $0.modifier) }
        guard !asked.isEmpty else {
            columns = []
            parameters = []
            return
        }
        func list(_ numbers: [String]) -> String { "{" + numbers.joined(separator: ",") + "}" }
        let rows = try session.run(
            """
            SELECT pg_catalog.format_type(u.type, u.modifier), t.typelem, t.typdelim, t.typsubscript::pg_catalog.text
            FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int4[]))
                WITH ORDINALITY u(type, modifier, place)
            LEFT JOIN pg_catalog.pg_type t ON t.oid = u.type ORDER BY u.place
            """, [list(asked.map { String($0.type) }), list(asked.map { String($0.modifier) })])
        let all = zip(asked, rows).map { asked, row -> Column in
            var column = Column(name: (row.first ?? nil) ?? "unknown", type: asked.type)
            // Vectors and points can be subscripted too, and are written otherwise.
            if row.count == 4, row[3] == "array_subscript_handler" {
                column.element = row[1].flatMap { Oid($0) }
                column.delimiter = row[2]?.utf8.first ?? column.delimiter
            }
            return column
        }
        parameters = Array(all.prefix(shape.parameters.count))
        columns = Array(all.dropFirst(shape.parameters.count))
    }
}

extension TypeNames.Column {
    /// A value as the server writes it, as JSON. What JSON's readers would round or cannot say stays a text: `numeric`,
    /// `bigint` beyond 2^53, not-a-number.
    func value(of text: String) -> JSON {
        guard let element else { return Self.scalar(text, type) }
        return ArrayText.read(text, delimiter: delimiter) { Self.scalar($0, element) } ?? .string(text)
    }

    private static func scalar(_ text: String, _ type: Oid) -> JSON {
        switch type {
        case 16: return .bool(text == "t")
        // int8, int2, int4, oid (pg_type.dat).
        case 20, 21, 23, 26:
            guard let number = Int64(text), abs(number) < 1 << 53 else { return .string(text) }
            return .integer(number)
        // float4, float8: the shortest text that is read as the same number.
        case 700, 701:
            guard let number = Double(text), number.isFinite else { return .string(text) }
            return .number(number)
        case _ where TypeNames.isJSON(type): return (try? JSON(parsing: text)) ?? .string(text)
        default: return .string(text)
        }
    }
}
