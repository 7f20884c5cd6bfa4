import CSandbox
import LinuxIO

/// What Landlock refuses a call, and the rules that say what is left to it.
///
/// Every right that the running kernel knows is refused unless a rule gives it. What an older kernel does not know it
/// cannot refuse: `HostCapabilities` says what that means, and a profile that requires Landlock is refused without it.
struct LandlockRuleset: Sendable {
    /// Rights of ABI 7, the newest that was examined: a later kernel's rights would be refused without a rule for them.
    static let newestKnown: UInt32 = 7

    let abi: UInt32
    let fileRights: UInt64
    let networkRights: UInt64
    let scopes: UInt64
    private(set) var rules: [LandlockRule] = []

    /// - Parameters:
    ///   - refusesTCP: False lets processes inside talk to each other over their own loopback.
    ///   - listens: They do so at ports that rules give, and at no others.
    init(abi running: UInt32, refusesTCP: Bool, listens: Bool = false) {
        abi = min(running, Self.newestKnown)
        fileRights = cs_landlock_fs_rights(abi)
        let known = cs_landlock_net_rights(abi)
        networkRights = refusesTCP ? known : listens ? known & CS_LANDLOCK_BIND_TCP : 0
        scopes = cs_landlock_scopes(abi)
    }

    /// Gives `access` to a name of the view and all beneath it.
    mutating func allow(_ access: LandlockAccess, inView path: String, isOptional: Bool = false) {
        let flags = RULE_IN_VIEW.rawValue | (isOptional ? RULE_OPTIONAL.rawValue : 0)
        add(LandlockRule(access: access, descriptor: nil, path: path, flags: flags))
    }

    /// Gives `access` to the very inode that the host opened.
    mutating func allow(_ access: LandlockAccess, on inode: SharedDescriptor) {
        add(LandlockRule(access: access, descriptor: inode, path: nil, flags: 0))
    }

    /// Gives `access` to a name of the view, if it is still the inode that the host opened: for an overlay, in which a
    /// rule on the host's own descriptor does not hold.
    mutating func allow(_ access: LandlockAccess, inView path: String, sameAs inode: SharedDescriptor) {
        let flags = RULE_IN_VIEW.rawValue | RULE_SAME_INODE.rawValue
        add(LandlockRule(access: access, descriptor: inode, path: path, flags: flags))
    }

    /// Lets a socket of TCP be bound to the port, of whatever address: Landlock knows no addresses. A port of 0 is one
    /// that the kernel picks.
    mutating func allowBinding(to port: UInt16) {
        rules.append(LandlockRule(binding: port))
    }

    private mutating func add(_ rule: LandlockRule) {
        var rule = rule
        rule.access = LandlockAccess(rawValue: rule.access.rawValue & fileRights)
        guard !rule.access.isEmpty else { return }
        // Each rule costs a call some microseconds: one that is there already takes what another on its name would give.
        let same = rules.firstIndex {
            $0.descriptor == nil && rule.descriptor == nil && $0.path == rule.path
                && $0.flags & ~RULE_OPTIONAL.rawValue == rule.flags & ~RULE_OPTIONAL.rawValue
        }
        guard let same else { return rules.append(rule) }
        rules[same].access.formUnion(rule.access)
        rules[same].flags &= rule.flags
    }

    var rights: landlock_rights {
        landlock_rights(fs: fileRights, net: networkRights, scoped: scopes, abi: abi, reserved: 0)
    }

    func encoded(
        _ buffer: inout PlanBuffer, _ descriptors: inout PlanDescriptors
    ) throws(SandboxError) -> plan_table {
        var encoded: [landlock_rule] = []
        for rule in rules { encoded.append(try rule.encoded(&buffer, &descriptors)) }
        return try buffer.table(encoded)
    }

    /// True if both give the same names the same, and no inode anything.
    func isInterchangeable(with other: LandlockRuleset) -> Bool {
        fileRights == other.fileRights && networkRights == other.networkRights && scopes == other.scopes
            && rules.count == other.rules.count
            && zip(rules, other.rules).allSatisfy { one, other in
                one.access == other.access && one.path == other.path && one.flags == other.flags
                    && one.port == other.port && one.descriptor == nil && other.descriptor == nil
            }
    }
}

/// One rule of a call's ruleset.
struct LandlockRule: Sendable {
    var access: LandlockAccess
    let descriptor: SharedDescriptor?
    let path: String?
    var flags: UInt32
    /// Of TCP, in place of a file.
    var port: UInt16?

    init(access: LandlockAccess, descriptor: SharedDescriptor?, path: String?, flags: UInt32) {
        self.access = access
        self.descriptor = descriptor
        self.path = path
        self.flags = flags
    }

    init(binding port: UInt16) {
        self.init(
            access: LandlockAccess(rawValue: CS_LANDLOCK_BIND_TCP), descriptor: nil, path: nil,
            flags: RULE_PORT.rawValue)
        self.port = port
    }

    func encoded(
        _ buffer: inout PlanBuffer, _ descriptors: inout PlanDescriptors
    ) throws(SandboxError) -> landlock_rule {
        var rule = landlock_rule()
        rule.access = access.rawValue
        rule.flags = flags
        if let descriptor { rule.fd = try descriptors.index(of: descriptor) }
        if let path { rule.path = try buffer.text(path) }
        if let port { rule.port = UInt32(port) }
        return rule
    }
}

/// File system rights of Landlock.
struct LandlockAccess: OptionSet, Sendable {
    let rawValue: UInt64

    static let execute = LandlockAccess(rawValue: CS_LANDLOCK_EXECUTE)
    static let writeFile = LandlockAccess(rawValue: CS_LANDLOCK_WRITE_FILE)
    static let readFile = LandlockAccess(rawValue: CS_LANDLOCK_READ_FILE)
    static let readDirectory = LandlockAccess(rawValue: CS_LANDLOCK_READ_DIR)
    static let truncate = LandlockAccess(rawValue: CS_LANDLOCK_TRUNCATE)
    static let deviceControl = LandlockAccess(rawValue: CS_LANDLOCK_IOCTL_DEV)

    /// Read every file and list every folder beneath.
    static let read: LandlockAccess = [.readFile, .readDirectory]
    /// Start programs: the kernel asks to read them too.
    static let run: LandlockAccess = [.execute, .readFile]
    /// Make, change, move and remove files, folders, links and sockets, and nothing that is a device. Reading apart.
    static let change = LandlockAccess(
        rawValue: CS_LANDLOCK_WRITE_FILE | CS_LANDLOCK_REMOVE_DIR | CS_LANDLOCK_REMOVE_FILE | CS_LANDLOCK_MAKE_DIR
            | CS_LANDLOCK_MAKE_REG | CS_LANDLOCK_MAKE_SOCK | CS_LANDLOCK_MAKE_FIFO | CS_LANDLOCK_MAKE_SYM
            | CS_LANDLOCK_REFER | CS_LANDLOCK_TRUNCATE)
}
