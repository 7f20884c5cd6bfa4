import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// A call of `/bin/true` under a bundled profile.
struct TrueCall: Sendable {
    static let program = "/bin/true"

    let profile: ResolvedProfile
    let launcher: Launcher
    private let executable: SharedDescriptor

    /// - Parameter isWarm: From a template.
    init(initPath: String, sandboxes: String, profile name: String = "pure", isWarm: Bool) throws {
        profile = try Self.profile(name, in: sandboxes)
        launcher = Launcher(
            LaunchPermit(), initPath: initPath, filters: try FilterCache(folder: nil), hidden: [],
            keepsTemplates: isWarm)
        executable = try Descriptor.open(Self.program, Int32(CS_O_PATH.rawValue)).shared()
    }

    func run() async throws {
        let call = CallSpecification(
            profile: profile, identity: .make(), executable: VerifiedExecutable(executable, name: "true"),
            arguments: [], time: .seconds(60), output: ByteCount(1 << 20))
        try await Self.run(call, launcher)
    }

    /// Runs a call that has to end well.
    static func run(_ call: CallSpecification, _ launcher: Launcher) async throws {
        let report = try await launcher.run(call)
        guard report.end == .exited(0) else {
            let text = String(decoding: report.errorOutput.suffix(400), as: UTF8.self)
            throw SystemError(call: "\(report.end): \(text)", errno: EINVAL, subject: call.executable.prefix[0])
        }
    }

    static func profile(_ name: String, in sandboxes: String) throws -> ResolvedProfile {
        guard let name = ProfileName(name) else { preconditionFailure("`\(name)` is a profile's name") }
        return try ProfileCatalog.load(directories: [sandboxes]).resolve(name)
    }
}
