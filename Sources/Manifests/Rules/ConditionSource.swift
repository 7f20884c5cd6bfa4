/// A rule's condition in CEL as it was written, with where in the manifest its characters stand: what a compiler says of
/// line and column of the condition can be said of the file, for block scalars too.
package struct ConditionSource: Hashable, Sendable {
    package let text: String
    private let anchors: [Anchor]

    /// From this character on, characters stand side by side in the file.
    struct Anchor: Hashable, Sendable {
        /// In Unicode scalars of the text.
        var offset: Int
        var position: Position
    }

    /// A condition on one line of its own.
    package init(_ text: String, at position: Position = .start) {
        self.init(text, anchors: [Anchor(offset: 0, position: position)])
    }

    /// `anchors` are in the order of their offsets.
    init(_ text: String, anchors: [Anchor]) {
        self.text = text
        self.anchors = anchors
    }

    /// Where in the file the text's character stands that comes after `offset` others (in Unicode scalars).
    package func position(ofScalar offset: Int) -> Position {
        guard var anchor = anchors.first else { return .start }
        let offset = max(0, min(offset, text.unicodeScalars.count))
        for next in anchors.dropFirst() where next.offset <= offset { anchor = next }
        return Position(
            line: anchor.position.line, column: anchor.position.column + offset - anchor.offset)
    }

    /// Where in the file a place of the text is, both counted from 1, columns in Unicode scalars.
    package func position(line: Int, column: Int) -> Position {
        var currentLine = 1
        var lineStart = 0
        for (offset, scalar) in text.unicodeScalars.enumerated() where currentLine < line && scalar == "\n" {
            currentLine += 1
            lineStart = offset + 1
        }
        let (offset, overflows) = lineStart.addingReportingOverflow(max(1, column) - 1)
        return position(ofScalar: overflows ? Int.max : offset)
    }
}
