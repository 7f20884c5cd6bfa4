/// What holds of every input.
///
/// As a record of each type: what is read of it holds nothing but what the kernel can have meant. As lines, a record each:
/// whatever comes in whatever order, what is kept stays bounded, no refusal is told of a call whose domain nobody named, and
/// none is told twice. As a rule and as a status: no input breaks anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    _ = AuditRule.hidesRefusals(input)
    _ = AuditStatus(input)
    for type in types { check(AuditRecord(type: type, input), input) }
    var correlation = AuditCorrelation { call in [Int(call.number % 8)] }
    let names = ["abc", "def"]
    for name in names { correlation.begin(name) }
    var denials = 0
    var named: Set<String> = []
    for line in input.split(separator: 0x0A) {
        guard let first = line.first else { continue }
        let record = AuditRecord(type: types[Int(first) % types.count], Array(line.dropFirst()))
        switch record {
        case .denial: denials += 1
        case .domain(_, let name): named.insert(String(decoding: name, as: UTF8.self))
        default: break
        }
        if let record { correlation.take(record) }
        precondition(
            correlation.size <= 2 * AuditCorrelation.strangers + 16 * AuditCorrelation.kept, "too much is kept")
    }
    var told: UInt64 = 0
    for name in names {
        let findings = correlation.end(name)
        precondition(findings.refusals.isEmpty || named.contains(name), "a refusal of nobody's domain")
        told += findings.refusals.reduce(0) { $0 + $1.count }
    }
    precondition(told <= denials, "a refusal was told twice")
    precondition(correlation.size <= 2 * AuditCorrelation.strangers, "something stays")
    return 0
}

let types: [UInt16] = [1423, 1424, 1300, 1121]

func check(_ record: AuditRecord?, _ input: [UInt8]) {
    switch record {
    case .denial(let denial, _, _):
        precondition((1...32).contains(denial.blockers.count))
        for word in denial.blockers {
            precondition(word.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2e || $0 == 0x5f })
        }
        precondition(input.allSatisfy { $0 != 0x0A }, "a record of two lines")
        precondition(denial.path?.count ?? 0 <= input.count)
    case .domain(_, let name): precondition(name.count <= input.count)
    case .systemCall(let call, _): precondition(call.arguments.keys.allSatisfy { (0..<4).contains($0) })
    case .mark(let mark): precondition(mark.utf8.count == 32)
    case nil: break
    }
}
