import Manifests

/// Layers, limits and environment.
enum SettingChanges {
    private typealias Change = ProfileComparison.Change

    static func changes(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [ProfileComparison.Change] {
        isolation(old, new) + network(old, new) + environment(old, new) + limits(old, new)
    }

    private static func network(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        switch (old.network, new.network) {
        case (.none, .granted):
            [Change(.network, .opens, "a call may connect to what its `connect` grants name")]
                + listening(.closes, old, new)
        case (.granted, .none):
            [Change(.network, .closes, "no call connects to anything")] + listening(.opens, old, new)
        case (.none, .none), (.granted, .granted): []
        }
    }

    /// Where sockets of the internet can be made at all, `granted` holds who listens to the grants.
    private static func listening(
        _ direction: Change.Direction, _ old: ResolvedProfile, _ new: ResolvedProfile
    ) -> [Change] {
        guard old.allowsInternetSockets, new.allowsInternetSockets else { return [] }
        let text =
            direction == .closes
            ? "a call listens on its loopback at what its `listen` grants name only"
            : "a call may listen on its loopback at any port"
        return [Change(.network, direction, text)]
    }

    private static func isolation(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        let (before, after) = (old.landlockABI ?? 0, new.landlockABI ?? 0)
        let abi = Change(
            .isolation, after < before ? .opens : .closes,
            after < before
                ? "runs with a Landlock older than ABI \(before)" : "refuses a Landlock older than ABI \(after)")
        return layers(old, new) + (before == after ? [] : [abi])
    }

    private static func layers(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        SandboxProfile.IsolationLayer.allCases.compactMap { layer in
            switch (old.isolation.contains(layer), new.isolation.contains(layer)) {
            case (true, false): Change(.isolation, .opens, "runs without the layer `\(layer.rawValue)`")
            case (false, true): Change(.isolation, .closes, "refuses to run without the layer `\(layer.rawValue)`")
            default: nil
            }
        }
    }

    private static func environment(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        var changes: [Change] = []
        for name in Set(old.pass).union(new.pass).sorted() {
            switch (old.pass.contains(name), new.pass.contains(name)) {
            case (false, true): changes.append(Change(.environment, .opens, "`\(name)` comes from the host"))
            case (true, false): changes.append(Change(.environment, .closes, "`\(name)` comes no more from the host"))
            default: break
            }
        }
        let (before, after) = (
            Dictionary(old.set) { $1 }, Dictionary(new.set) { $1 }
        )
        for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
            let text =
                switch (before[name], after[name]) {
                case (nil, let value?): "sets `\(name)` to `\(value)`"
                case (_?, nil): "does not set `\(name)`"
                case (let value?, let other?): "sets `\(name)` to `\(other)`, not `\(value)`"
                case (nil, nil): ""
                }
            changes.append(Change(.environment, .unknown, text))
        }
        return changes
    }

    private static func limits(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        let (a, b) = (old.limits, new.limits)
        return [
            limit("memory", a.memory, b.memory) { $0.text },
            limit("processes", a.processes, b.processes) { String($0) },
            limit("cpu", a.cpu, b.cpu) { $0.text }, limit("files", a.files, b.files) { String($0) },
            limit("fileSize", a.fileSize, b.fileSize) { $0.text }, limit("tmp", old.tmp, new.tmp) { $0.text },
            limit("connections", a.mostConnections, b.mostConnections) { String($0) },
            limit("traffic", a.mostTraffic, b.mostTraffic) { $0.text },
            limit("connectionTime", a.longestConnection, b.longestConnection) { $0.text },
        ].compactMap(\.self)
    }

    private static func limit<Value: Comparable>(
        _ name: String, _ old: Value, _ new: Value, _ text: (Value) -> String
    ) -> Change? {
        guard old != new else { return nil }
        return Change(.limits, new > old ? .opens : .closes, "`\(name)` is \(text(new)), not \(text(old))")
    }
}
