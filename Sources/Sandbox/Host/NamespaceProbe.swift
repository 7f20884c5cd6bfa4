import CSandbox
import Glibc
import LinuxIO

/// Builds views that execute nothing, to learn which of them this host allows.
enum NamespaceProbe {
    static func namespaces(_ initPath: String) async -> HostCapabilities.Layer {
        var view = ViewPlan(identity: .make())
        view.mounts = [
            PlannedMount(content: .devices(hasTerminal: false), target: "/dev"),
            PlannedMount(content: .processes, target: "/proc"),
        ]
        let failure = await build(view, initPath)
        return .init(
            TierTable.namespaces, failure == nil ? .enforced : .missing,
            failure?.message ?? "user, mount, pid, net, ipc, uts and cgroup", remedy: failure?.remedy)
    }

    /// The layer that a call writes to when it is granted more than single files.
    static func overlay(_ initPath: String) async -> HostCapabilities.Layer {
        await withFolders { folders in
            var view = ViewPlan(identity: .make())
            view.mounts = [
                PlannedMount(
                    content: .overlay(lower: folders.lower, upper: folders.upper, work: folders.work),
                    target: "/workspace", isReadOnly: false)
            ]
            let failure = await build(view, initPath)
            return .init(
                TierTable.overlay, failure == nil ? .enforced : .missing, failure?.message ?? "works",
                remedy: failure?.remedy)
        } ?? .init(TierTable.overlay, .missing, "no temporary folder could be made")
    }

    /// How a call of root's reaches a workspace without being root.
    static func mappedMount(_ initPath: String) async -> HostCapabilities.Layer {
        await withFolders { folders in
            var view = ViewPlan(identity: .make())
            view.mappedOwner = LayerOwner(user: geteuid(), group: getegid())
            view.mounts = [PlannedMount(content: .bind(folders.lower), target: "/workspace", isMapped: true)]
            let failure = await build(view, initPath)
            return .init(
                TierTable.mappedMounts, failure == nil ? .enforced : .missing, failure?.message ?? "works",
                remedy: failure?.remedy)
        } ?? .init(TierTable.mappedMounts, .missing, "no temporary folder could be made")
    }

    /// Nil if the view stands.
    private static func build(_ view: ViewPlan, _ initPath: String) async -> SandboxError? {
        var view = view
        view.servesOneCall = false
        do {
            let process = try InitProcess(path: initPath)
            try await process.control.sendToNew(MESSAGE_VIEW, try view.sealed())
            let answer = try await process.control.next(until: .now + .seconds(10))
            process.kill()
            try await process.reap()
            switch answer {
            case .message(let message) where message.kind == MESSAGE_READY.rawValue: return nil
            case .message(let message): return SetupNames(view).error(for: message)
            case .notice: return SandboxError(.initFailed, "agentbox-init spoke of a call that there is not")
            case .end: return SandboxError(.initFailed, "agentbox-init ended without a word")
            case .deadlinePassed: return SandboxError(.initFailed, "agentbox-init did not answer within 10 s")
            case .cancelled: return SandboxError(.cancelled, "the probe was cancelled")
            }
        } catch let error as SandboxError {
            return error
        } catch {
            return SandboxError(.systemFailure, "\(error)")
        }
    }

    private struct Folders: Sendable {
        let lower: SharedDescriptor
        let upper: SharedDescriptor
        let work: SharedDescriptor
    }

    /// Runs `body` with three empty folders; nil if they cannot be made.
    private static func withFolders(
        _ body: (Folders) async -> HostCapabilities.Layer
    ) async -> HostCapabilities.Layer? {
        var template = Array("/var/tmp/agentbox-probe-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let names = ["lower", "upper", "work"]
        // As root, init is somebody else, who has to pass through.
        chmod(path, 0o711)
        defer {
            rmdir("\(path)/work/work")
            for name in names { rmdir("\(path)/\(name)") }
            rmdir(path)
        }
        let identity = CallIdentity.make()
        var opened: [SharedDescriptor] = []
        for name in names {
            let folder = "\(path)/\(name)"
            guard mkdir(folder, 0o755) == 0,
                name == "lower" || chown(folder, identity.hostUser, identity.hostGroup) == 0,
                let descriptor = try? Descriptor.open(folder, pathOnly | O_DIRECTORY).shared()
            else { return nil }
            opened.append(descriptor)
        }
        return await body(Folders(lower: opened[0], upper: opened[1], work: opened[2]))
    }
}
