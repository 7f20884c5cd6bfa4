import CSeccomp
import Glibc

/// The system calls of an architecture: names and numbers, from libseccomp, and those newer than libseccomp 2.5.4.
struct SystemCallTable: Sendable {
    let numbers: [String: UInt32]
    private let names: [UInt32: String]
    /// Numbers for which a libc has a fallback: refused as ENOSYS, as by an older kernel.
    let recent: Set<String>
    /// The highest number that has a name here. What lies beyond has not been judged by anybody.
    let last: UInt32

    /// Since Linux 5.1 a new system call has one number on every architecture.
    private static let newer: [(String, UInt32)] = [
        ("cachestat", 451), ("fchmodat2", 452), ("map_shadow_stack", 453), ("futex_wake", 454), ("futex_wait", 455),
        ("futex_requeue", 456), ("statmount", 457), ("listmount", 458), ("lsm_get_self_attr", 459),
        ("lsm_set_self_attr", 460), ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463),
        ("getxattrat", 464), ("listxattrat", 465), ("removexattrat", 466), ("open_tree_attr", 467),
        ("file_getattr", 468), ("file_setattr", 469),
    ]

    // Built when first asked for, once per process: libseccomp searches its table for every number.
    private static let x86_64 = SystemCallTable(.x86_64)
    private static let aarch64 = SystemCallTable(.aarch64)

    static func of(_ architecture: Architecture) -> SystemCallTable {
        switch architecture {
        case .x86_64: x86_64
        case .aarch64: aarch64
        }
    }

    private init(_ architecture: Architecture) {
        var numbers: [String: UInt32] = [:]
        for number in Int32(0)..<Int32(512) {
            guard let name = seccomp_syscall_resolve_num_arch(architecture.auditValue, number) else { continue }
            numbers[String(cString: name)] = UInt32(number)
            free(name)
        }
        for (name, number) in Self.newer where numbers[name] == nil { numbers[name] = number }
        self.numbers = numbers
        names = Dictionary(numbers.map { ($1, $0) }) { min($0, $1) }
        recent = Set(Self.newer.map(\.0))
        last = numbers.values.max() ?? 0
    }

    /// The name of a number; nil if it has none here.
    func name(of number: UInt32) -> String? { names[number] }

    /// True if the filter says ENOSYS to this call whatever the profile: libc has another way to the same end.
    func answersAsOlderKernel(_ name: String) -> Bool {
        name == "clone3" || recent.contains(name) || numbers[name] == nil
    }

    /// Which table it is, for keys of what was compiled with it.
    static var versionText: String {
        guard let version = seccomp_version()?.pointee else { return "unknown" }
        return "\(version.major).\(version.minor).\(version.micro)+\(newer.count)"
    }

    /// Every name of this machine, and of every group.
    static var allNames: [String] {
        Set(of(.host).numbers.keys).union(SystemCallGroups.allMembers).sorted()
    }

    /// True if some architecture has a call of this name.
    static func knows(_ name: String) -> Bool {
        if newer.contains(where: { $0.0 == name }) { return true }
        // -1 (__NR_SCMP_ERROR) is the only answer for a name that libseccomp has on no architecture.
        return seccomp_syscall_resolve_name(name) != -1 || SystemCallGroups.allMembers.contains(name)
    }
}
