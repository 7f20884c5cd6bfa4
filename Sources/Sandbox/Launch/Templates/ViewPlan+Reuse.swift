import Glibc
import LinuxIO

/// Which views are the same to a call.
extension ViewPlan {
    /// True if nothing in it is for one call alone.
    var isReusable: Bool {
        !sharesHostNetwork && !isOwn && !terms.hasTerminal && terms.listening != .everything
            && mounts.allSatisfy { mount in
                switch mount.content {
                case .overlay: false
                // A layer that is a copy: the one bind that is written to.
                case .bind: mount.isReadOnly
                default: true
                }
            }
    }

    private func isRuled(like other: ViewPlan) -> Bool {
        switch (landlock, other.landlock) {
        case (nil, nil): true
        case (let one?, let another?): one.isInterchangeable(with: another)
        default: false
        }
    }

    /// True if a call that needs the other finds all of it here and nothing else. Who the call is on the host is the
    /// template's to say.
    func isInterchangeable(with other: ViewPlan) -> Bool {
        isRuled(like: other) && terms.isInterchangeable(with: other.terms)
            && requiresGroup == other.requiresGroup && hostName == other.hostName
            && hasLoopback == other.hasLoopback
            && mappedOwner == other.mappedOwner
            && mounts.count == other.mounts.count
            && zip(mounts, other.mounts).allSatisfy { $0.isInterchangeable(with: $1) }
    }
}

extension PlannedMount {
    fileprivate func isInterchangeable(with other: PlannedMount) -> Bool {
        target == other.target && mode == other.mode && isReadOnly == other.isReadOnly
            && isExecutable == other.isExecutable && isMapped == other.isMapped
            && content.isInterchangeable(with: other.content)
    }
}

extension PlannedMount.Content {
    fileprivate func isInterchangeable(with other: PlannedMount.Content) -> Bool {
        switch (self, other) {
        case (.bind(let one), .bind(let another)): Self.isSameFile(one, another)
        case (.temporary(let one), .temporary(let another)): one == another
        case (.symbolicLink(let one), .symbolicLink(let another)): one == another
        case (.file(let one), .file(let another)): one == another
        case (.processes, .processes), (.directory, .directory), (.callFiles, .callFiles): true
        case (.devices(let one), .devices(let other)): one == other
        default: false
        }
    }

    /// An inode's number is not given to another file while a descriptor of it is open, as both are here.
    private static func isSameFile(_ one: SharedDescriptor, _ another: SharedDescriptor) -> Bool {
        if one === another { return true }
        guard let first = try? one.status(), let second = try? another.status() else { return false }
        return first.device == second.device && first.inode == second.inode
    }
}
