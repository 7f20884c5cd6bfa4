import Hosts
import StrictJSON
import TestSupport
import Testing

@testable import Manifests
@testable import Sandbox

@Suite("A `listen` grant names a port of the call's own loopback")
struct ListenGrantTests {
    private func resolve(
        _ values: [GrantTemplate], _ arguments: JSON = [:], _ edit: (inout ResolvedProfile) -> Void = { _ in }
    ) -> Result<[ResolvedGrant], GrantError> {
        GrantResolution.resolve(
            values, arguments: arguments, pathArguments: [],
            profile: .fixture {
                $0.network = .granted
                $0.rules = [.init("socket", 0, ["AF_INET"], .allow)]
                edit(&$0)
            }, workspace: nil
        ).grants
    }

    private func listen(_ text: String) -> GrantTemplate {
        GrantTemplate(word: .listen, value: (try? Template(parsing: text)) ?? Template(source: "", segments: []))
    }

    private func reason(_ result: Result<[ResolvedGrant], GrantError>) -> GrantError.Reason? {
        if case .failure(let error) = result { error.reason } else { nil }
    }

    @Test(
        "these are one port of it",
        arguments: [
            ("127.0.0.1:8080", 8080), ("localhost:8080", 8080), ("[::1]:8080", 8080), ("8080", 8080),
            ("http://127.0.0.1:8080/x", 8080), ("http://localhost:65535", 65535), ("127.0.0.1:0", 0), ("1024", 1024),
        ] as [(String, UInt16)])
    func ports(text: String, number: UInt16) throws {
        #expect(try LoopbackPort(text).number == number)
        #expect(try LoopbackPort(LoopbackPort(text).description).number == number)
    }

    @Test(
        "these are none",
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:80", "127.0.0.1:1023", "1", "127.0.0.1:65536",
            "127.0.0.1:08080", "08080", "127.0.0.1:+8080", "127.0.0.1:-1", "127.0.0.1: 8080", "0.0.0.0:8080",
            "[::]:8080",
            "127.0.0.2:8080", "10.0.0.1:8080", "example.com:8080", "localhost.:80", "http://127.0.0.1", "8080\u{0}",
            "http://127.0.0.1:8080@evil:9090", "127.0.0.1:99999999999999999999", "127.0.0.1:８０８０", "udp:8080",
        ])
    func refused(text: String) {
        #expect(throws: HostRefusal.self) { try LoopbackPort(text) }
    }

    @Test("it is cut to the arguments, and one port by two arguments is one grant")
    func arguments() throws {
        let grants = try resolve(
            [listen("127.0.0.1:${args.port}"), listen("${args.others}"), listen("${args.absent}")],
            ["port": 8080, "others": [9090, "localhost:8080"]]
        ).get()
        #expect(grants.compactMap(\.port?.number) == [8080, 9090])
        #expect(grants.allSatisfy { !$0.writes })
        #expect(reason(resolve([listen("127.0.0.1:${args.port}")], ["port": 22])) == .invalidDestination)
        #expect(reason(resolve([listen("127.0.0.1:${args.port}")], ["port": "8080@x"])) == .invalidDestination)
        let many = JSON.array((0..<33).map { .integer(2000 + $0) })
        #expect(reason(resolve([listen("${args.ports}")], ["ports": many])) == .invalidValue)
    }

    @Test("a profile has to give the network, the filter and the layers that keep it")
    func ceiling() {
        let grant = [listen("127.0.0.1:8080")]
        #expect(reason(resolve(grant)) == nil)
        #expect(reason(resolve(grant) { $0.network = .none }) == .beyondProfile)
        #expect(reason(resolve(grant) { $0.rules = [] }) == .beyondProfile)
        #expect(reason(resolve(grant) { $0.isolation = [.landlock, .seccomp] }) == .beyondProfile)
        #expect(reason(resolve(grant) { $0.isolation = [.namespaces, .seccomp] }) == .beyondProfile)
    }

    @Test("what leads to a server of the host is not the call's own at the same time")
    func apart() {
        let connect = GrantTemplate(
            word: .connect, value: Template(source: "127.0.0.1:8080", segments: [.literal("127.0.0.1:8080")]))
        #expect(reason(resolve([connect, listen("127.0.0.1:8080")])) == .invalidValue)
        #expect(reason(resolve([connect, listen("127.0.0.1:8081")])) == nil)
    }

    @Test("`bind` beyond it is explained, with what would allow it")
    func explained() throws {
        func explain(_ port: UInt16, _ grants: [(word: GrantWord, subject: String)]) throws -> [Explanation] {
            let profile = ResolvedProfile.fixture {
                $0.network = .granted
                $0.rules = [.init("socket", 0, ["AF_INET"], .allow)]
            }
            let digits = String(port, radix: 16)
            let hexadecimal =
                "0200" + String(repeating: "0", count: 4 - digits.count) + digits + "7f0000010000000000000000"
            let notice = SystemCallNotice(
                name: "bind", values: [], texts: [.init(kind: .address, text: hexadecimal, isFound: false)],
                refusal: nil, count: 1)
            return try Explainer(profile, grants: grants).explain(notice, isTraced: true)
        }
        let granted: [(word: GrantWord, subject: String)] = [(.listen, "localhost:8080")]
        #expect(try explain(8080, granted).isEmpty)
        let other = try #require(try explain(8081, granted).first)
        #expect(other.layer == "landlock" && other.what == "bind 127.0.0.1:8081, where it is of TCP")
        #expect(other.remedy.contains(#"`listen: "127.0.0.1:8081"`"#) && other.reason.contains("they name 8080"))
        #expect(try explain(80, []).first?.remedy.hasPrefix("a port from 1024") == true)
    }
}
