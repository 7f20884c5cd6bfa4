import Diagnostics

/// What of an OCI profile cannot be carried over, with its place as a JSON path.
package struct OCIError: Diagnostic {
    package let code: String
    package let message: String
    package let remedy: String?

    init(_ path: String, _ message: String, remedy: String? = nil) {
        code = "oci-profile"
        self.message = "\(path): \(message)"
        self.remedy = remedy
    }
}
