import CSandbox
import Glibc
import LinuxIO

/// What one of this process's standard descriptors is, and so how the agent may have it.
enum StandardStream: Equatable {
    /// `/dev/null`, which every box has for itself.
    case nothing
    /// An anonymous pipe, which has nothing but what goes through it.
    case shared
    /// A terminal. Where standard input and standard output are one, the agent gets a terminal of its own in its place
    /// (`TerminalSession`); else a pipe.
    ///
    /// Attacks: a terminal belongs to the agent's user as well, who may open it to others, stop it, and read what is
    /// typed after the agent's end; and what is written to it may make it answer.
    case terminal
    /// Anything else: the agent gets a pipe, and the host copies.
    ///
    /// Attacks: to the kernel a file belongs to the agent's user as well, who may make what it wrote set-user-ID, reach
    /// its times and attributes, or read an output that somebody else can read. A FIFO with a name is such a file. A
    /// network socket lives in the host's network, and can be connected anew.
    case copied

    /// Of an open descriptor.
    ///
    /// - Throws: `AgentBoxError` for a folder: from its descriptor the agent could walk to every file beneath it.
    init(_ descriptor: Int32) throws {
        let borrowed = BorrowedDescriptor(descriptor)
        let status = try borrowed.status()
        switch status.mode & S_IFMT {
        case S_IFDIR:
            throw AgentBoxError(
                "standard \(Self.names[Int(descriptor)]) is a folder, which would let the agent into it",
                remedy: "redirect it from or to a file, a pipe or `/dev/null`; show a folder with --read")
        case S_IFCHR where status.specialDevice == Self.null: self = .nothing
        case S_IFCHR where isatty(descriptor) == 1: self = .terminal
        case S_IFIFO:
            var type: UInt64 = 0
            self = cs_file_system(descriptor, &type) == 0 && type == Self.pipes ? .shared : .copied
        default: self = .copied
        }
    }

    static let names = ["input", "output", "error output"]

    /// `/dev/null`: major 1, minor 3.
    private static let null: UInt64 = 1 << 8 | 3
    /// The file system of pipes without a name.
    private static let pipes: UInt64 = 0x5049_5045
}
