import Diagnostics

/// Exactly what an approver is shown. What would hide, reorder or pass for something else is written out, so the text
/// that is signed over is the text that the eye saw.
package struct ShownText: Hashable, Sendable {
    /// Lines of visible text.
    package let text: String

    /// INVARIANT: whatever goes in, visible text comes out; there is no other way to make one.
    package init(_ text: String) { self.text = VisibleText.block(text) }

    /// What a statement's `shown` has to be.
    package var digest: SubjectDigest { .of(Array(text.utf8)) }
}
