import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// Something that a call tried, or left behind, and that its grant does not cover. Refused or discarded; reported with
/// the call's outcome, in the ledger, and to the tool's author.
package struct Violation: Hashable, Sendable {
    /// What noticed it: `layer` (left in the write layer), `limits`, `seccomp` or `landlock`.
    package let layer: String
    /// What was attempted: `create`, `modify`, `remove`, `chmod`, a system call's name.
    package let operation: String
    /// A system call's arguments that are values, by name.
    package var arguments: [String] = []
    /// Relative to the workspace for `layer`, else as it is called inside; bytes that are no UTF-8 are shown as `\xNN`.
    package let path: String?
    /// Why it is not covered, in plain words.
    package let detail: String
    /// What a system call was refused with: `EPERM`.
    package var error: String?
    /// The rights that were missing, of `landlock`, by the kernel's names: `fs.read_file`.
    package var rights: [String] = []
    /// How often, where somebody counted.
    package var count: UInt64 = 1

    package init(layer: String, operation: String, path: String? = nil, detail: String) {
        self.layer = layer
        self.operation = operation
        self.path = path
        self.detail = detail
    }

    /// `create build/x: not covered by the grant`, `mount(MS_BIND) /mnt, 3 times, EPERM: …`.
    package var sentence: String {
        var text = operation + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
        if let path { text += " `\(path)`" }
        if count > 1 { text += ", \(count) times" }
        if let error { text += ", \(error)" }
        return text + ": " + detail
    }

    package func json() -> JSON {
        var object = JSONObject()
        object["layer"] = .string(layer)
        object["operation"] = .string(operation)
        if !arguments.isEmpty { object["arguments"] = .array(arguments.map(JSON.string)) }
        object["path"] = path.map { .string($0) }
        object["error"] = error.map { .string($0) }
        if !rights.isEmpty { object["rights"] = .array(rights.map(JSON.string)) }
        if count != 1 { object["count"] = .integer(Int64(clamping: count)) }
        object["detail"] = .string(detail)
        return .object(object)
    }
}

extension Violation {
    /// A refused system call; nil for what is no refusal of the profile: an answer that a newer libc expects of an older
    /// kernel.
    init?(_ notice: SystemCallNotice, under profile: ResolvedProfile) {
        guard let errno = notice.refusal else { return nil }
        if errno == ENOSYS, SystemCallTable.of(.host).answersAsOlderKernel(notice.name) { return nil }
        let error = SystemError.name(of: errno)
        self.init(
            layer: "seccomp", operation: notice.name, path: notice.path,
            detail: "profile `\(profile.name)` refuses it")
        arguments = notice.arguments
        self.error = error
        count = notice.count
    }
}
