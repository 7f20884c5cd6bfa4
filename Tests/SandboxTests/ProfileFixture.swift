import StrictJSON

@testable import Manifests
@testable import Sandbox

extension ResolvedProfile {
    /// A profile that allows what ordinary programs need, changed by `edit`.
    static func fixture(_ edit: (inout ResolvedProfile) -> Void = { _ in }) -> ResolvedProfile {
        guard let name = ProfileName("fixture") else { preconditionFailure("not a profile name") }
        var profile = ResolvedProfile(
            name: name, description: "For tests.", isolation: [.namespaces, .landlock, .seccomp],
            read: ["/etc/ld.so.cache", "/lib", "/lib64", "/usr"], exec: ["/usr"], tmp: ByteCount(16 << 20),
            workspace: .none, grants: Set(GrantWord.allCases), network: .none, defaultAction: .eperm,
            allow: ["@default", "@basic-io", "@file-system", "@io-event", "@process", "@signal", "@system-service"],
            deny: [], rules: [], reportsRefusals: true, pass: ["LANG", "TZ"], set: [("PATH", "/usr/bin")],
            limits: .init(
                memory: ByteCount(1 << 30), processes: 64, cpu: .seconds(20), files: 64, fileSize: ByteCount(16 << 20)),
            origins: [], digestSource: .null)
        edit(&profile)
        return profile
    }
}

extension SandboxProfile.SystemCalls.Rule {
    init(_ syscall: String, _ argument: Int, _ values: [String], _ action: SandboxProfile.SystemCalls.RuleAction) {
        self.init(syscall: syscall, argument: argument, values: values, action: action)
    }
}
