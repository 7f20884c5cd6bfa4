/// # StrictJSON
///
/// The one JSON of agentbox: a value type for I-JSON (RFC 7493), a parser that refuses what two readers could
/// understand differently, and the canonical form of RFC 8785 that digests are taken of. Everything that a decision
/// depends on is read by it, because decoders that disagree about a duplicate key or a lone surrogate let a call be
/// checked as one thing and executed as another. It is free of Foundation, so that a bundled tool that links it
/// starts as fast as a program can.
public enum StrictJSON {
    /// Deeper nesting is refused whatever the limits say: the parser's recursion has to fit the smallest stack.
    static let deepest = 512
}
