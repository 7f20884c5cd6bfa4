import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// A launcher for tests, which leaves the kernel's audit alone, and calls of system programs.
struct LaunchFixture {
    let launcher: Launcher
    let identity = CallIdentity.make()

    init(hidden: [String] = [], keepsTemplates: Bool = false) throws {
        launcher = Launcher(
            LaunchPermit(), initPath: try Self.initPath(), filters: try FilterCache(folder: nil), hidden: hidden,
            keepsTemplates: keepsTemplates, audit: { nil })
    }

    /// Where `agentbox-init` was built.
    static func initPath() throws -> String {
        if let path = getenv("AGENTBOX_INIT_FOR_TESTS") { return String(cString: path) }
        return try HelperProcess.built("agentbox-init")
    }

    /// A profile under which ordinary programs run.
    static func profile(_ edit: (inout ResolvedProfile) -> Void = { _ in }) -> ResolvedProfile {
        .fixture { profile in
            profile.exec = ["/usr"]
            edit(&profile)
        }
    }

    /// The same, for calls with a control group of their own.
    static func groupedProfile(_ edit: (inout ResolvedProfile) -> Void = { _ in }) -> ResolvedProfile {
        profile { profile in
            profile.isolation.insert(.cgroup)
            edit(&profile)
        }
    }

    /// A call of a program of the host by its path.
    func call(
        _ program: String, _ arguments: [String] = [], profile: ResolvedProfile = LaunchFixture.profile(),
        _ edit: (inout CallSpecification) throws -> Void = { _ in }
    ) throws -> CallSpecification {
        let executable = try Descriptor.open(program, pathOnly).shared()
        var call = CallSpecification(
            profile: profile, identity: identity, executable: VerifiedExecutable(executable, name: program),
            arguments: arguments, time: .seconds(30), output: ByteCount(1 << 20))
        try edit(&call)
        return call
    }

    /// Runs a program to its end.
    func run(
        _ program: String, _ arguments: [String] = [], profile: ResolvedProfile = LaunchFixture.profile(),
        _ edit: (inout CallSpecification) throws -> Void = { _ in }
    ) async throws -> CallReport {
        try await launcher.run(try call(program, arguments, profile: profile, edit))
    }

    /// Runs a shell script to its end.
    func shell(
        _ script: String, profile: ResolvedProfile = LaunchFixture.profile(),
        _ edit: (inout CallSpecification) throws -> Void = { _ in }
    ) async throws -> CallReport {
        try await run("/bin/sh", ["-c", script], profile: profile, edit)
    }
}

extension CallReport {
    var text: String { String(decoding: output, as: UTF8.self) }
    var errors: String { String(decoding: errorOutput, as: UTF8.self) }
}
