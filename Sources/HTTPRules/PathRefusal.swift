/// Why a path has no canonical form, or a text is no pattern; reads after "the path ".
package struct PathRefusal: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
