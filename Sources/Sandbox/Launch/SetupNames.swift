import CSandbox
import Glibc
import LinuxIO

/// What the entries of a plan are called, to tell people which of them failed.
struct SetupNames: Sendable {
    private let mounts: [String]
    private let rules: [String]
    private let program: String

    init(_ plans: ConfinedPlans) {
        mounts = plans.view.mounts.map(\.target)
        let all = (plans.view.landlock?.rules ?? []) + (plans.call.landlock?.rules ?? [])
        rules = all.map { $0.path ?? "a granted file" }
        program = plans.call.arguments.first ?? ""
    }

    /// For a view without a call.
    init(_ view: ViewPlan) {
        mounts = view.mounts.map(\.target)
        rules = []
        program = ""
    }

    func error(for failure: message) -> SandboxError {
        let step = plan_step_name(failure.step).map { String(cString: $0) } ?? "\(failure.step)"
        let cause = SystemError(call: step, errno: failure.value, subject: subject(failure))
        return SandboxError(
            .setupFailed, "the sandbox could not be set up: \(cause.message)", remedy: Self.remedy(failure),
            cause: cause)
    }

    private func subject(_ failure: message) -> String? {
        let index = Int(failure.index)
        switch failure.step {
        case STEP_MOUNT.rawValue, STEP_IDMAP.rawValue: return mounts.indices.contains(index) ? mounts[index] : nil
        case STEP_LANDLOCK_RULE.rawValue: return rules.indices.contains(index) ? rules[index] : nil
        case STEP_EXECUTE.rawValue: return program
        default: return nil
        }
    }

    private static func remedy(_ failure: message) -> String? {
        switch (failure.step, failure.value) {
        case (STEP_NAMESPACES.rawValue, EPERM), (STEP_IDENTITY_MAP.rawValue, EPERM), (STEP_ROOT.rawValue, EPERM):
            "allow user namespaces: `sysctl kernel.unprivileged_userns_clone=1`, and "
                + "`kernel.apparmor_restrict_unprivileged_userns=0` where AppArmor guards them; in Docker, run with a "
                + "seccomp profile that allows them"
        case (STEP_NAMESPACES.rawValue, ENOSPC): "raise `sysctl user.max_user_namespaces` and its kin"
        case (STEP_NAMESPACES.rawValue, EAGAIN): "too many processes: raise `ulimit -u`"
        case (STEP_IDMAP.rawValue, _):
            "the workspace's file system cannot be mapped to another user: start agentbox as the workspace's owner"
        case (STEP_LANDLOCK_ABI.rawValue, _): "boot with `lsm=landlock,…` (Linux 5.13 or later)"
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
