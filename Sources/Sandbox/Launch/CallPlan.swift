import CSandbox
import LinuxIO

/// What agentbox-init starts in a view, and all that it takes away from it first.
struct CallPlan: Sendable {
    var identity: CallIdentity
    var executable: SharedDescriptor
    /// Its name in the view, through which it is executed.
    var executablePath: String?
    /// The argument vector, the program's name first.
    var arguments: [String]
    var environment: [(String, String)] = []
    var input: SharedDescriptor?
    var output: SharedDescriptor?
    var errorOutput: SharedDescriptor?
    /// What its process is, whatever it executes.
    var terms = CallTerms()
    /// In the view.
    var directory = "/"
    /// What this call may touch beside what every call in the view may.
    var landlock: LandlockRuleset?
    /// What its domain is called in the kernel's audit.
    var auditName: String?
    var destinations: CallDestinations?
    var files = CallFiles()
    /// Output and errors end when the call has: whoever reads both to the end then hears of that end at once, and is not
    /// woken twice. False where it matters that the program itself has closed one.
    var holdsStreams = false

    func sealed() throws(SandboxError) -> SealedPlan {
        var buffer = PlanBuffer(reserving: MemoryLayout<call_plan>.size)
        var descriptors = PlanDescriptors()
        var plan = call_plan()
        if holdsStreams { plan.flags |= CALL_HOLD_STREAMS.rawValue }
        plan.terms = try terms.encoded(&buffer, &descriptors)
        plan.executable_fd = try descriptors.index(of: executable)
        if let executablePath { plan.executable_path = try buffer.text(executablePath) }
        plan.input_fd = try index(of: input, &descriptors)
        plan.output_fd = try index(of: output, &descriptors)
        plan.error_fd = try index(of: errorOutput, &descriptors)
        plan.directory = try buffer.text(directory)
        plan.arguments = try texts(arguments, &buffer)
        plan.environment = try texts(environment.map { "\($0.0)=\($0.1)" }, &buffer)
        plan.notices = try buffer.table(terms.listening.shapes)
        plan.listeners = try buffer.table(destinations?.listeners ?? [])
        if !files.named.isEmpty {
            plan.files_folder = try buffer.text(CallFiles.folder)
            var table: [plan_file] = []
            for file in files.named {
                table.append(
                    plan_file(name: try buffer.text(file.name), fd: try descriptors.index(of: file.memory.descriptor)))
            }
            plan.files = try buffer.table(table)
        }
        var inherited: [Int32] = []
        for memory in files.inherited { inherited.append(try descriptors.index(of: memory.descriptor)) }
        plan.inherited = try buffer.table(inherited)
        if let landlock {
            plan.flags |= CALL_VIEW_RULES.rawValue
            plan.landlock = landlock.rights
            plan.rules = try landlock.encoded(&buffer, &descriptors)
            if let auditName { plan.audit_name = try buffer.text(auditName) }
        }
        plan.header = try buffer.header(PLAN_CALL)
        return try buffer.seal(plan, descriptors)
    }

    private func index(
        of descriptor: SharedDescriptor?, _ descriptors: inout PlanDescriptors
    ) throws(SandboxError) -> Int32 {
        guard let descriptor else { return 0 }
        return try descriptors.index(of: descriptor)
    }

    private func texts(_ texts: [String], _ buffer: inout PlanBuffer) throws(SandboxError) -> plan_table {
        var offsets: [UInt32] = []
        for text in texts { offsets.append(try buffer.text(text)) }
        return try buffer.table(offsets)
    }
}
