import StrictJSON

/// Something that a call tried, or left behind, and that its grant does not cover. Refused or discarded; reported with
/// the call's outcome, in the ledger, and to the tool's author.
package struct Violation: Hashable, Sendable {
    /// What noticed it: `layer` (left in the write layer), `limits`, `seccomp` or `landlock`.
    package let layer: String
    /// What was attempted: `create`, `modify`, `remove`, `chmod`, a system call's name.
    package let operation: String
    /// Relative to the workspace for `layer`; bytes that are no UTF-8 are shown as `\xNN`.
    package let path: String?
    /// Why it is not covered, in plain words.
    package let detail: String

    package init(layer: String, operation: String, path: String? = nil, detail: String) {
        self.layer = layer
        self.operation = operation
        self.path = path
        self.detail = detail
    }

    package func json() -> JSON {
        var object = JSONObject()
        object["layer"] = .string(layer)
        object["operation"] = .string(operation)
        object["path"] = path.map { .string($0) }
        object["detail"] = .string(detail)
        return .object(object)
    }
}
