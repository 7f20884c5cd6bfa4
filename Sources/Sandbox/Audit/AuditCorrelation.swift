/// Whose refusals are whose. Records name domains; a domain is a call's if it bears the name that the host gave that call,
/// which no tool knows, and which is gone from the call's process with its exec.
///
/// Attack: a tool that is refused a great many things. Alike refusals are one with a count, and of what does not fit it is
/// known that there was more.
struct AuditCorrelation {
    static let kept = 64
    /// Refusals of domains that are not known yet, and domains that are nobody's here.
    static let strangers = 256

    private struct Subject {
        var domain: UInt64?
        var isComplete = true
        var refusals: [AuditRefusal] = []
        var indices: [AuditRefusal.Shape: Int] = [:]
        /// Events that wait for their system call, the longest first.
        var open: [(event: AuditText.Event, denials: [AuditDenial])] = []
    }

    private var subjects: [String: Subject] = [:]
    private var names: [UInt64: String] = [:]
    /// Of the events that wait for their system call.
    private var owners: [AuditText.Event: String] = [:]
    private var unresolved: [(domain: UInt64, denial: AuditDenial, event: AuditText.Event)] = []
    private var foreign: Set<UInt64> = []
    private var foreignOrder: [UInt64] = []
    /// Which arguments of a system call are values: others are no two times the same.
    private let values: @Sendable (AuditedSystemCall) -> [Int]

    init(values: @escaping @Sendable (AuditedSystemCall) -> [Int]) { self.values = values }

    /// What is held, for whoever makes sure that it stays bounded.
    var size: Int {
        unresolved.count + foreign.count + names.count + owners.count
            + subjects.values.reduce(0) { sum, one in
                sum + one.refusals.count + one.open.reduce(0) { $0 + $1.denials.count }
            }
    }

    /// True if a refusal waits for the system call of that event.
    func awaits(_ event: AuditText.Event) -> Bool { owners[event] != nil }

    /// From now on refusals of the domain that bears this name are kept.
    mutating func begin(_ name: String) { subjects[name] = Subject() }

    /// Records were lost: whoever is registered may have missed some.
    mutating func lose() { for name in subjects.keys { subjects[name]?.isComplete = false } }

    /// What was heard of it; nothing more is kept.
    mutating func end(_ name: String) -> AuditFindings {
        guard var subject = subjects.removeValue(forKey: name) else {
            return AuditFindings(refusals: [], isComplete: false)
        }
        if let domain = subject.domain { names[domain] = nil }
        for (event, denials) in subject.open {
            owners[event] = nil
            for denial in denials { Self.add(denial, nil, to: &subject) }
        }
        return AuditFindings(refusals: subject.refusals, isComplete: subject.isComplete)
    }

    mutating func take(_ record: AuditRecord) {
        switch record {
        case .denial(let denial, let event, let domain): take(denial, event, domain)
        case .domain(let domain, let name): resolve(domain, String(decoding: name, as: UTF8.self))
        case .systemCall(let call, let event): take(call, event)
        case .mark: break
        }
    }

    private mutating func take(_ denial: AuditDenial, _ event: AuditText.Event, _ domain: UInt64) {
        if let name = names[domain] { return hold(denial, event, of: name) }
        if foreign.contains(domain) || subjects.isEmpty { return }
        // The first refusal of a domain comes before its name.
        if unresolved.count == Self.strangers {
            unresolved.removeFirst()
            for (name, subject) in subjects where subject.domain == nil { subjects[name]?.isComplete = false }
        }
        unresolved.append((domain, denial, event))
    }

    private mutating func resolve(_ domain: UInt64, _ name: String) {
        let mine = unresolved.filter { $0.domain == domain }
        unresolved.removeAll { $0.domain == domain }
        guard let subject = subjects[name], subject.domain == nil || subject.domain == domain else {
            guard names[domain] == nil, foreign.insert(domain).inserted else { return }
            foreignOrder.append(domain)
            if foreignOrder.count > Self.strangers { foreign.remove(foreignOrder.removeFirst()) }
            return
        }
        subjects[name]?.domain = domain
        names[domain] = name
        for (_, denial, event) in mine { hold(denial, event, of: name) }
    }

    private mutating func hold(_ denial: AuditDenial, _ event: AuditText.Event, of name: String) {
        guard var subject = subjects.removeValue(forKey: name) else { return }
        defer { subjects[name] = subject }
        if let index = subject.open.lastIndex(where: { $0.event == event }) {
            if subject.open[index].denials.count < Self.kept {
                subject.open[index].denials.append(denial)
            } else {
                Self.add(denial, nil, to: &subject)
            }
            return
        }
        if subject.open.count == Self.kept {
            let oldest = subject.open.removeFirst()
            owners[oldest.event] = nil
            for denial in oldest.denials { Self.add(denial, nil, to: &subject) }
        }
        owners[event] = name
        subject.open.append((event, [denial]))
    }

    private mutating func take(_ call: AuditedSystemCall, _ event: AuditText.Event) {
        guard let name = owners.removeValue(forKey: event), var subject = subjects.removeValue(forKey: name) else {
            return
        }
        defer { subjects[name] = subject }
        guard let index = subject.open.firstIndex(where: { $0.event == event }) else { return }
        let kept = values(call)
        var call = call
        call.arguments = call.arguments.filter { kept.contains($0.key) }
        for denial in subject.open.remove(at: index).denials { Self.add(denial, call, to: &subject) }
    }

    private static func add(_ denial: AuditDenial, _ call: AuditedSystemCall?, to subject: inout Subject) {
        if count(.init(denial: denial, call: call), of: kept, in: &subject) { return }
        // Every kind is heard of, however many files it was about.
        subject.isComplete = false
        _ = count(.init(denial: denial.withoutObject, call: call), of: 2 * kept, in: &subject)
    }

    private static func count(_ shape: AuditRefusal.Shape, of most: Int, in subject: inout Subject) -> Bool {
        if let index = subject.indices[shape] {
            subject.refusals[index].count += 1
            return true
        }
        guard subject.refusals.count < most else { return false }
        subject.indices[shape] = subject.refusals.count
        subject.refusals.append(AuditRefusal(shape: shape, count: 1))
        return true
    }
}

/// Refusals that were alike.
struct AuditRefusal: Hashable, Sendable {
    struct Shape: Hashable, Sendable {
        let denial: AuditDenial
        /// Nil where the audit keeps none.
        let call: AuditedSystemCall?
    }

    let shape: Shape
    var count: UInt64
}

/// What was heard of one call.
struct AuditFindings: Sendable {
    let refusals: [AuditRefusal]
    /// True if there was nothing else.
    var isComplete: Bool
}
