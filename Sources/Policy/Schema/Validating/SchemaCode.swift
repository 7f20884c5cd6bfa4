import StrictJSON

/// The nodes of a program laid out for checking: per node one record without references, and behind it, for each kind of
/// value, the keywords that are about it in one row. A text meets no keyword of objects, and a step counts no references
/// up and down, which would take longer than what it asks.
final class SchemaCode: Sendable {
    struct Record {
        enum Kind { case always, never, keywords, tracking }

        var kind: Kind
        /// What `type` allows.
        var types = SchemaTypes.all
        var null = Row()
        var booleans = Row()
        var numbers = Row()
        var texts = Row()
        var arrays = Row()
        var objects = Row()

        /// The keywords, but `type`, that are about the value.
        func row(about value: JSON) -> Row {
            switch value {
            case .null: null
            case .bool: booleans
            case .integer, .number: numbers
            case .string: texts
            case .array: arrays
            case .object: objects
            }
        }
    }

    /// Keywords that stand beside one another.
    struct Row {
        var start = 0
        var end = 0
    }

    // INVARIANT: both are filled by `init`, never changed after, and freed by `deinit`. Whoever reads them holds this
    // object, and `Row`s come from its records.
    private nonisolated(unsafe) let records: UnsafeMutablePointer<Record>
    private nonisolated(unsafe) let keywords: UnsafeMutablePointer<any SchemaKeyword>
    private let keywordCount: Int

    init(_ nodes: [SchemaNode]) {
        var rows: [any SchemaKeyword] = []
        records = .allocate(capacity: nodes.count)
        for (index, node) in nodes.enumerated() {
            (records + index).initialize(to: Self.record(node, &rows))
        }
        keywords = .allocate(capacity: rows.count)
        for (index, keyword) in rows.enumerated() { (keywords + index).initialize(to: keyword) }
        keywordCount = rows.count
    }

    deinit {
        records.deallocate()
        keywords.deinitialize(count: keywordCount)
        keywords.deallocate()
    }

    func record(_ schema: SchemaReference) -> Record { records[schema.index] }

    func check(_ value: JSON, against index: Int, _ validation: inout SchemaValidation) -> Bool {
        (keywords + index).pointee.check(value, &validation)
    }

    private static func record(_ node: SchemaNode, _ rows: inout [any SchemaKeyword]) -> Record {
        switch node {
        case .always: return Record(kind: .always)
        case .never: return Record(kind: .never)
        case .keywords(let keywords): return record(.keywords, keywords, &rows)
        case .tracking(let keywords): return record(.tracking, keywords, &rows)
        }
    }

    private static func record(
        _ kind: Record.Kind, _ keywords: [any SchemaKeyword], _ rows: inout [any SchemaKeyword]
    ) -> Record {
        var record = Record(kind: kind)
        for case let keyword as TypeKeyword in keywords { record.types.formIntersection(keyword.types) }
        func row(_ kind: SchemaTypes) -> Row {
            let start = rows.count
            rows += keywords.filter { !($0 is TypeKeyword) && !$0.kinds.isDisjoint(with: kind) }
            return Row(start: start, end: rows.count)
        }
        record.null = row(.null)
        record.booleans = row(.boolean)
        record.numbers = row(.number)
        record.texts = row(.string)
        record.arrays = row(.array)
        record.objects = row(.object)
        return record
    }
}
