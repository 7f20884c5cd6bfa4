import CSandbox
import LinuxIO

/// What agentbox-init builds before it starts anything: namespaces, a root, mounts.
struct ViewPlan: Sendable {
    var identity: CallIdentity
    var mounts: [PlannedMount] = []
    /// Whose files the mounts with `isMapped` show as the call's.
    var mappedOwner: LayerOwner?
    var hostName = "agentbox"
    /// Brings the view's loopback up: wasted time where nothing inside may have a socket of the internet.
    var hasLoopback = true
    /// It has the host's network, and none of its own.
    var sharesHostNetwork = false
    /// No call in it is without a control group of its own.
    var requiresGroup = false
    /// What the group of a slot is held to before there is a call, which then need not say it.
    var limits: CallLimits?
    /// It shows names of the workspace that are one call's alone.
    var isOwn = false
    /// init exits after the first call.
    var servesOneCall = true
    /// What every call in the view may touch: names of the view only.
    var landlock: LandlockRuleset?
    /// Of every call in it, where it serves more than one.
    var terms = CallTerms()

    func sealed() throws(SandboxError) -> SealedPlan {
        guard mounts.count <= Int(PLAN_MAX_MOUNTS) else {
            throw SandboxError(
                .invalidSpecification, "the view has \(mounts.count) mounts, \(PLAN_MAX_MOUNTS) are possible",
                remedy: "name a folder in `filesystem.read` instead of the files in it")
        }
        var buffer = PlanBuffer(reserving: MemoryLayout<view_plan>.size)
        var descriptors = PlanDescriptors()
        var plan = view_plan()
        plan.flags = (hasLoopback ? VIEW_LOOPBACK.rawValue : 0) | (servesOneCall ? VIEW_ONE_CALL.rawValue : 0)
        if sharesHostNetwork { plan.flags |= VIEW_HOST_NETWORK.rawValue }
        plan.init_uid = identity.initInside
        plan.init_gid = identity.initInside
        plan.uid_map = try buffer.table(identity.userMap)
        plan.gid_map = try buffer.table(identity.groupMap)
        if let mappedOwner {
            let map = identity.mountMap(of: mappedOwner)
            plan.idmap_uid = try buffer.table(map.users)
            plan.idmap_gid = try buffer.table(map.groups)
        }
        plan.hostname = try buffer.text(hostName)
        var table: [plan_mount] = []
        for mount in mounts { table.append(try mount.encoded(&buffer, &descriptors)) }
        plan.mounts = try buffer.table(table)
        if let landlock {
            plan.landlock = landlock.rights
            plan.rules = try landlock.encoded(&buffer, &descriptors)
        }
        if !servesOneCall {
            plan.flags |= VIEW_TERMS.rawValue
            plan.terms = try terms.encoded(&buffer, &descriptors)
        }
        plan.header = try buffer.header(PLAN_VIEW)
        return try buffer.seal(plan, descriptors)
    }
}
