import Testing

@testable import Sandbox

@Suite("Audit records are read as the kernel writes them, and what somebody chose in them stays a name")
struct AuditRecordTests {
    private static let event = AuditText.Event(seconds: 1_796_089_362, milliseconds: 899, serial: 696)

    private func record(_ type: UInt16, _ text: String, head: String = "audit(1796089362.899:696): ") -> AuditRecord? {
        AuditRecord(type: type, Array((head + text).utf8))
    }

    @Test func `a refusal, its domain and its system call are read`() throws {
        let refusal = record(1423, #"domain=18d611b5c blockers=fs.read_file path="/usr/bin/dash" dev="vda" ino=253957"#)
        let denial = AuditDenial(blockers: ["fs.read_file"], path: Array("/usr/bin/dash".utf8))
        #expect(refusal == .denial(denial, of: Self.event, domain: 0x1_8d61_1b5c))
        let domain = record(
            1424, #"domain=18d611b5c status=allocated mode=enforcing pid=12849 uid=0 exe="/usr/bin/x" comm="abc234""#)
        #expect(domain == .domain(0x1_8d61_1b5c, name: Array("abc234".utf8)))
        let text =
            "arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7fb7e7ad9bf0 a2=80000 a3=0 items=0 ppid=1 "
            + #"pid=2 auid=4294967295 uid=0 tty=(none) ses=4294967295 comm="cat" exe="/usr/bin/cat" subj==unconfined key=(null)"#
        guard case .systemCall(let call, Self.event) = record(1300, text) else {
            Issue.record("not read")
            return
        }
        #expect(call.architecture == 0xc000_003e && call.number == 257 && call.result == -13)
        #expect(call.arguments == [0: 0xffff_ff9c, 1: 0x7fb7_e7ad_9bf0, 2: 0x80000, 3: 0])
    }

    @Test(
        arguments: [
            ("fs.make_reg,fs.refer path=\"/a\"", ["fs.make_reg", "fs.refer"], "/a", nil),
            ("net.bind_tcp src=8080", ["net.bind_tcp"], nil, 8080),
            ("net.connect_tcp daddr=127.0.0.1 dest=80", ["net.connect_tcp"], nil, 80),
            ("scope.abstract_unix_socket path=0061", ["scope.abstract_unix_socket"], "\0a", nil),
            ("ptrace opid=4 ocomm=\"sh\"", ["ptrace"], nil, nil),
        ] as [(String, [String], String?, UInt16?)])
    func `of each kind of object what tells people is kept`(
        text: String, blockers: [String], path: String?, port: UInt16?
    ) {
        let denial = AuditDenial(blockers: blockers, path: path.map { Array($0.utf8) }, port: port)
        #expect(record(1423, "domain=1 blockers=" + text) == .denial(denial, of: Self.event, domain: 1))
    }

    /// Attack: what a tool calls its files and itself holds fields of a record. The kernel writes such names in hexadecimal.
    @Test func `a name that looks like fields is one name`() {
        let name = #"/workspace/x" domain=2 blockers=ptrace path="/etc/shadow"#
        let hexadecimal = name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
        let read = record(1423, "domain=1 blockers=fs.read_file path=\(hexadecimal) dev=\"tmpfs\" ino=1")
        let denial = AuditDenial(blockers: ["fs.read_file"], path: Array(name.utf8))
        #expect(read == .denial(denial, of: Self.event, domain: 1))
        // Quoted it would hold together as fields: then what stands there twice has no value.
        #expect(record(1423, #"domain=1 blockers=fs.read_file path="/x" domain=2 dev="d" ino=1"#) == nil)
        #expect(
            record(1424, #"domain=1 status=allocated mode=enforcing pid=1 uid=0 exe="/x" comm="a" comm="abc234""#)
                == nil)
    }

    @Test(arguments: [
        "", "audit", "audit(1:2:3): domain=1 blockers=ptrace", "audit(1.2.3): domain=1 blockers=ptrace",
        "audit(1.2:3) domain=1 blockers=ptrace", "audit(1.2:-3): domain=1 blockers=ptrace",
        "audit(1.2:3): domain=1", "audit(1.2:3): blockers=ptrace", "audit(1.2:3): domain=1 blockers=",
        "audit(1.2:3): domain=x blockers=ptrace", "audit(1.2:3): domain=\"1\" blockers=ptrace",
        "audit(1.2:3): domain=1 blockers=ptrace stray", "audit(1.2:3): domain=1 blockers=ptrace path=\"a\"b\"",
        "audit(1.2:3): domain=1 blockers=ptrace path=\"", "audit(1.2:3): domain=1 blockers=ptrace path=a\"b",
        "audit(1.2:3): domain=1 blockers=p\u{1b}[2J", "audit(1.2:3): domain=1 blockers=ptrace =x",
        "audit(1.2:3): domain=1 blockers=PTRACE", "audit(1.2:3): domain=11111111111111111 blockers=ptrace",
    ])
    func `what does not hold together is no record`(text: String) {
        #expect(AuditRecord(type: 1423, Array(text.utf8)) == nil)
    }

    @Test(arguments: ["(null)", "2F6", "2G", ""])
    func `a name that is neither quoted nor in hexadecimal is none`(name: String) {
        let read = record(1423, "domain=1 blockers=fs.read_file path=\(name)")
        #expect(read == .denial(AuditDenial(blockers: ["fs.read_file"]), of: Self.event, domain: 1))
    }

    @Test func `a mark is found by its text, and nobody else's is one`() {
        let mark = AuditMark.random()
        #expect(mark.count == 32 && mark != AuditMark.random())
        let head = "pid=1 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg='"
        #expect(record(1121, head + AuditMark.text(mark) + "'") == .mark(mark))
        for text in ["op=agentbox-mark id=", "op=agentbox-mark id=" + mark.dropLast(), "op=x id=" + mark] {
            #expect(record(1121, head + text + "'") == nil)
        }
        #expect(record(1112, head + AuditMark.text(mark) + "'") == nil)
    }

    @Test func `a rule that leaves out what is needed is known from one that does not`() {
        func rule(_ filter: UInt32, _ fields: [(field: UInt32, operation: UInt32, value: UInt32)]) -> [UInt8] {
            var words = [UInt32](repeating: 0, count: 260)
            (words[0], words[1], words[2]) = (filter, 2, UInt32(fields.count))
            for (index, one) in fields.enumerated() {
                (words[67 + index], words[131 + index], words[195 + index]) = (one.field, one.value, one.operation)
            }
            return words.withUnsafeBytes { Array($0) }
        }
        let equals: UInt32 = 0x4000_0000
        let differs: UInt32 = 0x3000_0000
        #expect(AuditRule.hidesRefusals(rule(5, [(12, equals, 1423)])))
        #expect(AuditRule.hidesRefusals(rule(0x15, [(12, equals, 1424)])))
        #expect(!AuditRule.hidesRefusals(rule(5, [(12, equals, 1307)])))
        #expect(AuditRule.hidesRefusals(rule(5, [(12, differs, 1307)])))
        #expect(AuditRule.hidesRefusals(rule(5, [(1, equals, 0)])), "by user")
        #expect(!AuditRule.hidesRefusals(rule(5, [(1, equals, 0), (12, equals, 1307)])))
        #expect(!AuditRule.hidesRefusals(rule(4, [(12, equals, 1423)])), "of system calls")
        #expect(AuditRule.hidesRefusals([5, 0, 0, 0]), "one that cannot be read")
    }
}
