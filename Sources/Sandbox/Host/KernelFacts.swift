import CSandbox
import Glibc
import LinuxIO

/// What the kernel says of itself.
struct KernelFacts {
    let release: String

    init() {
        var name = utsname()
        uname(&name)
        release = withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    var seccomp: HostCapabilities.Layer {
        guard let actions = Self.text("/proc/sys/kernel/seccomp/actions_avail") else {
            return .init(TierTable.seccomp, .missing, "no filters")
        }
        let words = Set(actions.split(separator: " ").map(String.init))
        let missing = ["kill_process", "errno", "allow"].filter { !words.contains($0) }
        guard missing.isEmpty else {
            return .init(TierTable.seccomp, .missing, "no action \(missing.joined(separator: ", "))")
        }
        // The list says what the kernel has, not what an outer filter leaves of it.
        guard seccomp_shim_probe() == 0 else {
            return .init(TierTable.seccomp, .missing, "refused here: \(SystemError.name(of: errno))")
        }
        return .init(TierTable.seccomp, .enforced, "filters for \(Architecture.host.rawValue)")
    }

    /// True if a filter is loaded on this very process.
    var isFiltered: Bool {
        Self.text("/proc/self/status")?.split(separator: "\n").contains { line in
            line.hasPrefix("Seccomp:") && line.hasSuffix("2")
        } ?? false
    }

    /// Settings that change what works.
    var settings: [HostCapabilities.Layer] {
        var layers: [HostCapabilities.Layer] = []
        if let limit = Self.text("/proc/sys/user/max_user_namespaces") {
            let isEnough = (Int(limit) ?? 0) > 0
            layers.append(
                .init(
                    "user.max_user_namespaces", isEnough ? .enforced : .missing, limit,
                    remedy: isEnough ? nil : "sysctl user.max_user_namespaces=10000"))
        }
        if let scope = Self.text("/proc/sys/kernel/yama/ptrace_scope") {
            layers.append(.init("kernel.yama.ptrace_scope", .optional, scope))
        }
        return layers
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? Descriptor.open(path, O_RDONLY).readAll(limit: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
