/// A use of a file that the call's rules refuse.
package struct FileRefusal: Hashable, Sendable {
    package let access: FileAccess
    package let reason: String
    package let remedy: String
    package let opens: String
    /// `landlock`, or `view` of a name that is not in the call's view at all.
    package let layer: String

    init(_ access: FileAccess, reason: String, remedy: String, opens: String, layer: String = "landlock") {
        self.layer = layer
        self.access = access
        self.reason = reason
        self.remedy = remedy
        self.opens = opens
    }
}
