/// A text with `${args.NAME…}` in it: a word of a command, or the value of a grant.
///
/// `${args.paths}` may name a scalar or an array of scalars. An argument that is absent drops the whole word; an
/// array that is the whole word spreads into one word for each element.
package struct Template: Hashable, Sendable {
    /// A piece of the text.
    package enum Segment: Hashable, Sendable {
        case literal(String)
        /// The members to follow from the call's arguments: `["path"]` for `${args.path}`.
        case argument([String])
    }

    package let source: String
    package let segments: [Segment]

    package init(source: String, segments: [Segment]) {
        self.source = source
        self.segments = segments
    }
}
