import LinuxIO

/// What a call executes: the file that registration verified, held open, so that no name is looked up again.
///
/// A script is executed by its interpreter, and the interpreter is what `descriptor` holds: the script is then one of
/// the `prefix` words, by its name in the view.
package struct VerifiedExecutable: Sendable {
    /// Opened for execution (O_PATH will do); its mode lets everybody execute it.
    package let descriptor: SharedDescriptor
    /// The first words of the argument vector: the program's name, and of a script its path in the view.
    package let prefix: [String]

    /// Where the files of a tool stand in the view of its calls.
    package static let toolFolder = "/run/agentbox/tool"

    /// Where a program stands in the view that it is not shown in anyway.
    static let place = "/run/agentbox/program"

    /// Where a program stands that is watched by another in its place.
    static let observedPlace = "/run/agentbox/observed"

    /// A program.
    package init(_ descriptor: SharedDescriptor, name: String) {
        self.descriptor = descriptor
        prefix = [name]
    }

    /// A script that stands in the tool's folder as `file`.
    package init(interpreter: SharedDescriptor, name: String, options: [String] = [], script file: String) {
        descriptor = interpreter
        prefix = [name] + options + ["\(Self.toolFolder)/\(file)"]
    }
}
