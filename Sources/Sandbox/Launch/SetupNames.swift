import CSandbox
import Glibc
import LinuxIO

/// What the entries of a plan are called, to tell people which of them failed.
struct SetupNames: Sendable {
    private let mounts: [String]
    private let rules: [String]
    private let program: String
    private let destinations: [String]
    private let files: [String]

    init(_ plans: ConfinedPlans) {
        destinations = plans.call.destinations?.all.map(\.description) ?? []
        files = plans.call.files.named.map(\.path)
        mounts = plans.view.mounts.map(\.target)
        let all = (plans.view.landlock?.rules ?? []) + (plans.call.landlock?.rules ?? [])
        rules = all.map { rule in rule.path ?? rule.port.map { "port \($0)" } ?? "a granted file" }
        program = plans.call.arguments.first ?? ""
    }

    /// For a view without a call.
    init(_ view: ViewPlan) {
        mounts = view.mounts.map(\.target)
        rules = []
        program = ""
        destinations = []
        files = []
    }

    func error(for failure: message) -> SandboxError {
        let step = plan_step_name(failure.step).map { String(cString: $0) } ?? "\(failure.step)"
        let cause = SystemError(call: step, errno: failure.value, subject: subject(failure))
        return SandboxError(
            .setupFailed,
            "the sandbox could not be set up\(Self.layer(failure.step)): \(cause.message)",
            remedy: Self.remedy(failure),
            cause: cause)
    }

    /// The layer that a step belongs to, as profiles name it.
    private static func layer(_ step: UInt32) -> String {
        switch step {
        case STEP_NAMESPACES.rawValue, STEP_IDENTITY_MAP.rawValue, STEP_ROOT.rawValue, STEP_MOUNT.rawValue,
            STEP_IDMAP.rawValue, STEP_PIVOT.rawValue, STEP_LOOPBACK.rawValue, STEP_HOSTNAME.rawValue:
            " (layer `namespaces`)"
        case STEP_LANDLOCK_ABI.rawValue, STEP_LANDLOCK_RULE.rawValue, STEP_LANDLOCK_RESTRICT.rawValue:
            " (layer `landlock`)"
        case STEP_FILTER.rawValue: " (layer `seccomp`)"
        default: ""
        }
    }

    private func subject(_ failure: message) -> String? {
        let index = Int(failure.index)
        switch failure.step {
        case STEP_MOUNT.rawValue, STEP_IDMAP.rawValue: return mounts.indices.contains(index) ? mounts[index] : nil
        case STEP_LANDLOCK_RULE.rawValue: return rules.indices.contains(index) ? rules[index] : nil
        case STEP_EXECUTE.rawValue: return program
        case STEP_LISTEN.rawValue: return destinations.indices.contains(index) ? destinations[index] : nil
        case STEP_FILES.rawValue: return files.indices.contains(index) ? files[index] : nil
        default: return nil
        }
    }

    private static func remedy(_ failure: message) -> String? {
        switch (failure.step, failure.value) {
        case (STEP_NAMESPACES.rawValue, EPERM), (STEP_IDENTITY_MAP.rawValue, EPERM), (STEP_ROOT.rawValue, EPERM),
            (STEP_MOUNT.rawValue, EPERM), (STEP_NAMESPACES.rawValue, ENOSYS):
            // ENOSYS is what Docker's filter answers to clone3.
            TierTable.namespaces.remedy
        case (STEP_NAMESPACES.rawValue, ENOSPC): "raise `sysctl user.max_user_namespaces` and its kin"
        case (STEP_NAMESPACES.rawValue, EAGAIN): "too many processes: raise `ulimit -u`"
        case (STEP_IDMAP.rawValue, _):
            "the workspace's file system cannot be mapped to another user: start agentbox as the workspace's owner"
        case (STEP_LANDLOCK_ABI.rawValue, _): TierTable.landlock[0].remedy
        case (STEP_FILTER.rawValue, _): TierTable.seccomp.remedy
        case (STEP_EXECUTE.rawValue, ENOENT):
            "the program needs an interpreter or loader that the profile's `filesystem.read` does not show"
        case (STEP_EXECUTE.rawValue, EACCES):
            "everybody must be able to read and execute the program's file, also when agentbox runs as root"
        case (STEP_EXECUTE.rawValue, E2BIG): "give large data on standard input"
        case (STEP_EXECUTE.rawValue, ENOMEM): "raise `limits.memory`"
        default: nil
        }
    }
}
