import Manifests
import StrictJSON

/// Why Landlock refused a call something, by the rights that the kernel named.
struct LandlockRefusal {
    let explanations: [Explanation]

    init(violation: JSON, _ profile: ResolvedProfile, _ reach: FileReach, _ ports: PortReach) {
        let rights = (violation["rights"]?.arrayValue ?? []).compactMap(\.stringValue)
        let path = violation["path"]?.stringValue
        let what = Self.what(violation)
        var seen: Set<Explanation> = []
        explanations = rights.compactMap { right -> Explanation? in
            if right == "net.bind_tcp", let port = Self.port(violation) {
                return ports.refusal(ofPort: port, what: what)
            }
            guard let access = Self.access(right, path) else { return Self.other(right, what, profile) }
            let isInWorkspace = HostPath.contains(WorkspaceRoot.viewPath, access.path)
            guard let refusal = reach.refusal(of: access) ?? (isInWorkspace ? reach.workspaceRefusal(access) : nil)
            else {
                return Explanation(
                    layer: "landlock", what: what,
                    reason:
                        "it is the view's own folder: lines of `filesystem` give what is in it by name, and nobody lists it",
                    remedy: "nothing: name what is needed", opens: "")
            }
            return Explanation(
                layer: "landlock", what: what, reason: refusal.reason, remedy: refusal.remedy, opens: refusal.opens)
        }.filter { seen.insert($0).inserted }
    }

    /// `openat(O_RDONLY) `/workspace/x`, 3 times, EACCES`.
    private static func what(_ violation: JSON) -> String {
        let arguments = (violation["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
        let named = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
        var text = (violation["operation"]?.stringValue ?? "") + named
        if let path = violation["path"]?.stringValue { text += " `\(path)`" }
        if let count = violation["count"]?.integerValue, count > 1 { text += ", \(count) times" }
        if let error = violation["error"]?.stringValue { text += ", " + error }
        return text
    }

    private static func port(_ violation: JSON) -> UInt16? {
        let words = (violation["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
        return words.lazy.filter { $0.hasPrefix("port ") }.compactMap { UInt16($0.dropFirst(5)) }.first
    }

    /// Of what is made or removed the kernel names the folder.
    private static func access(_ right: String, _ path: String?) -> FileAccess? {
        guard let path, right.hasPrefix("fs.") else { return nil }
        let within = path.hasSuffix("/") ? path + "NAME" : path + "/NAME"
        switch right.dropFirst(3) {
        case "execute": return FileAccess(use: .execute, path: path, isFound: true)
        case "read_file": return FileAccess(use: .read, path: path, isFound: true)
        case "read_dir": return FileAccess(use: .list, path: path, isFound: true)
        case "write_file", "truncate": return FileAccess(use: .write, path: path, isFound: true)
        case "remove_file", "remove_dir": return FileAccess(use: .remove, path: within, isFound: true)
        case let name where name.hasPrefix("make_"): return FileAccess(use: .create, path: within, isFound: true)
        default: return nil
        }
    }

    private static func other(_ right: String, _ what: String, _ profile: ResolvedProfile) -> Explanation {
        let (reason, remedy, opens) =
            switch right {
            case "fs.refer":
                (
                    "what is moved or linked there would be open to more than where it was",
                    "moving it within one folder",
                    "what the other folder's grant gives"
                )
            case "fs.ioctl_dev":
                ("no line gives requests to devices but to those of /dev", "nothing: no profile can", "a driver's code")
            case "fs.change_topology":
                ("no call changes its mounts", "nothing: no profile can", "names past every rule")
            case "net.connect_tcp", "net.bind_tcp":
                (
                    profile.line("network", profile.network.rawValue) + " gives no such port",
                    "a `connect` or `listen` grant of the tool, bound to an argument", "that port"
                )
            case "ptrace": ("no call looks into processes that are not beneath its own", "nothing", "their memory")
            case let scope where scope.hasPrefix("scope."):
                ("no call reaches processes outside of its own", "nothing: no profile can", "other calls")
            default:
                ("no rule of the call gives it", "a newer agentbox, which knows that right", "what it is named for")
            }
        return Explanation(layer: "landlock", what: what, reason: reason, remedy: remedy, opens: opens)
    }
}
