import CSandbox
import LinuxIO

/// One entry of a view's mount table.
struct PlannedMount: Sendable {
    enum Content: Sendable {
        case bind(SharedDescriptor)
        case overlay(lower: SharedDescriptor, upper: SharedDescriptor, work: SharedDescriptor)
        case temporary(bytes: Int)
        case processes
        /// With `tty`, where the program has a terminal.
        case devices(hasTerminal: Bool)
        case symbolicLink(to: String)
        case directory
        case file(text: String)
        /// Where init puts what is the call's alone; never swapped out.
        case callFiles
    }

    var content: Content
    /// Absolute, as it is called inside.
    var target: String
    var mode: UInt32 = 0o755
    var isReadOnly = true
    var isExecutable = true
    /// Shows the workspace owner's files as the call's own.
    var isMapped = false

    /// The C struct that init reads.
    func encoded(_ buffer: inout PlanBuffer, _ descriptors: inout PlanDescriptors) throws(SandboxError) -> plan_mount {
        var mount = plan_mount()
        mount.target = try buffer.text(target)
        mount.mode = mode
        if isReadOnly { mount.flags |= MOUNT_FLAG_READ_ONLY.rawValue }
        if !isExecutable { mount.flags |= MOUNT_FLAG_NO_EXEC.rawValue }
        if isMapped { mount.flags |= MOUNT_FLAG_IDMAP.rawValue }
        switch content {
        case .bind(let source):
            mount.kind = MOUNT_BIND.rawValue
            mount.source_fd = try descriptors.index(of: source)
        case .overlay(let lower, let upper, let work):
            mount.kind = MOUNT_OVERLAY.rawValue
            mount.source_fd = try descriptors.index(of: lower)
            mount.upper_fd = try descriptors.index(of: upper)
            mount.work_fd = try descriptors.index(of: work)
        case .temporary(let bytes):
            mount.kind = MOUNT_TMPFS.rawValue
            mount.size = UInt64(bytes)
        case .processes: mount.kind = MOUNT_PROC.rawValue
        case .devices(let hasTerminal):
            mount.kind = MOUNT_DEV.rawValue
            if hasTerminal { mount.flags |= MOUNT_FLAG_TERMINAL.rawValue }
        case .symbolicLink(let content):
            mount.kind = MOUNT_SYMLINK.rawValue
            mount.text = try buffer.text(content)
        case .directory: mount.kind = MOUNT_DIRECTORY.rawValue
        case .file(let text):
            mount.kind = MOUNT_FILE.rawValue
            mount.text = try buffer.text(text)
        case .callFiles: mount.kind = MOUNT_FILES.rawValue
        }
        return mount
    }
}
