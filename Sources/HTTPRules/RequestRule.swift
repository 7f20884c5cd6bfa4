/// One rule of a grant: the requests that it covers.
package struct RequestRule: Hashable, Sendable {
    /// Empty: every method.
    package var methods: [MethodName]
    /// Empty: every path.
    package var paths: [PathPattern]
    package var headers: [HeaderRule]
    /// Of the request, in bytes; nil: as long as the destination's limit allows.
    package var mostBody: Int?

    package init(
        methods: [MethodName] = [], paths: [PathPattern] = [], headers: [HeaderRule] = [], mostBody: Int? = nil
    ) {
        self.methods = methods
        self.paths = paths
        self.headers = headers
        self.mostBody = mostBody
    }

    /// Why it does not cover a request, in a few words; nil if it does. What of the body is only known as it comes is
    /// the caller's to count.
    package func refusal(
        method: MethodName, path: CanonicalPath, headers values: (String) -> [String]
    ) -> Mismatch? {
        guard methods.isEmpty || methods.contains(method) else { return .method }
        guard paths.isEmpty || paths.contains(where: { $0.covers(path) }) else { return .path }
        for header in headers where !header.accepts(values(header.name)) { return .header(header.name) }
        return nil
    }

    package enum Mismatch: Hashable, Sendable {
        case method
        case path
        case header(String)
    }
}
