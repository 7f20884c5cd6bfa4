import LinuxIO

/// What a call of a registered tool executes, verified and held open.
package struct RegisteredExecutable: Sendable {
    /// What is executed: the program, or the interpreter of a script.
    package let descriptor: SharedDescriptor
    /// The first word of its argument vector.
    package let name: String
    /// What the script's first line gives to the interpreter.
    package let options: [String]
    /// The script's path in the tool's folder; nil for a program.
    package let script: String?
    /// The tool's files: its executable, unless that is the system's, and the declared ones.
    package let folder: SharedDescriptor
}
