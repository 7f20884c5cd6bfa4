/// What one record of the kernel's audit says, of those that tell what Landlock refused.
enum AuditRecord: Hashable, Sendable {
    /// A domain refused something (type 1423).
    case denial(AuditDenial, of: AuditText.Event, domain: UInt64)
    /// A domain that refuses for the first time, and the name that its maker had as it restricted itself (1424).
    case domain(UInt64, name: [UInt8])
    /// The system call in which an event came about (1300), where the audit keeps them.
    case systemCall(AuditedSystemCall, of: AuditText.Event)
    /// A mark of ours came back (1121).
    case mark(String)

    /// Nil for what says nothing of that, or does not hold together.
    init?(type: UInt16, _ bytes: [UInt8]) {
        guard let text = AuditText(bytes) else { return nil }
        switch type {
        case 1121:
            guard let mark = AuditMark.found(in: text.rest) else { return nil }
            self = .mark(mark)
        case 1300:
            guard let fields = text.fields(), let call = AuditedSystemCall(fields) else { return nil }
            self = .systemCall(call, of: text.event)
        case 1423:
            guard let fields = text.fields(), let domain = fields["domain"]?.number(radix: 16),
                let denial = AuditDenial(fields)
            else { return nil }
            self = .denial(denial, of: text.event, domain: domain)
        case 1424:
            guard let fields = text.fields(), let domain = fields["domain"]?.number(radix: 16),
                fields["status"]?.word == "allocated", let name = fields["comm"]?.text
            else { return nil }
            self = .domain(domain, name: name)
        default: return nil
        }
    }
}

/// What was refused.
struct AuditDenial: Hashable, Sendable {
    /// The rights that were missing: `fs.read_file`, `net.bind_tcp`.
    let blockers: [String]
    /// Of a file, as it is called inside; of an abstract socket its name.
    let path: [UInt8]?
    /// Of TCP.
    let port: UInt16?

    init(blockers: [String], path: [UInt8]? = nil, port: UInt16? = nil) {
        self.blockers = blockers
        self.path = path
        self.port = port
    }

    fileprivate init?(_ fields: [String: AuditText.Value]) {
        guard let words = fields["blockers"]?.word else { return nil }
        blockers = words.split(separator: ",").map(String.init)
        let isWord = { (word: String) in
            word.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2e || $0 == 0x5f }
        }
        guard !blockers.isEmpty, blockers.count <= 32, blockers.allSatisfy(isWord) else { return nil }
        path = fields["path"]?.text
        port = (fields["src"] ?? fields["dest"])?.number(radix: 10).flatMap(UInt16.init(exactly:))
    }

    /// The same, whatever it was about.
    var withoutObject: AuditDenial { AuditDenial(blockers: blockers) }
}

/// A system call, as far as the audit keeps it.
struct AuditedSystemCall: Hashable, Sendable {
    /// AUDIT_ARCH_*
    let architecture: UInt32
    let number: UInt32
    /// The first four, by position; only those that are values where calls are compared.
    var arguments: [Int: UInt64]
    /// An errno negated where it was refused.
    let result: Int64

    fileprivate init?(_ fields: [String: AuditText.Value]) {
        guard let architecture = fields["arch"]?.number(radix: 16).flatMap(UInt32.init(exactly:)),
            let number = fields["syscall"]?.number(radix: 10).flatMap(UInt32.init(exactly:)),
            let result = fields["exit"]?.signed
        else { return nil }
        self.architecture = architecture
        self.number = number
        self.result = result
        arguments = [:]
        for position in 0..<4 { arguments[position] = fields["a\(position)"]?.number(radix: 16) }
    }
}

extension AuditRecord {
    /// True of the record that says that a domain is no more: nothing waits for it.
    static func isEndOfDomain(_ bytes: [UInt8]) -> Bool {
        AuditText(bytes)?.fields()?["status"]?.word == "deallocated"
    }
}
