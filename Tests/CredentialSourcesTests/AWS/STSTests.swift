import Credentials
import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Registry

@Suite("A session of a role of AWS does what its policy says, for as long as it says")
struct STSTests {
    private static let component = Result {
        try Component("sts.py", interpreter: Component.installed() + "/python/bin/python")
    }
    private let component: Component
    private let fixture: SourceFixture
    private static let scope: JSON = [
        "allow": [
            [
                "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::bucket/key"],
                "conditions": ["StringEquals": ["aws:RequestedRegion": "eu-central-1"]],
            ]
        ]
    ]

    init() throws {
        component = try Self.component.get()
        fixture = try SourceFixture()
    }

    private func source(secret: String = "secret-key-of-the-tests/+with=signs") throws -> RemoteSource {
        try fixture.source(
            .awsSTS,
            [
                "region": "eu-central-1", "endpoint": "http://localhost:\(component.words[0])",
                "role": "arn:aws:iam::123456789012:role/agent", "externalId": "an external id",
                "accessKey": Services.reference, "secretKey": Services.reference,
            ], secrets: ["accessKey": "AKIDEXAMPLEOFTESTS", "secretKey": secret])
    }

    @Test("assumed with a policy of the scope, and tags; AWS's own library agrees with the signature")
    func whole() async throws {
        let source = try source()
        let request = SourceFixture.request(Self.scope, lifetime: .seconds(60))
        let plan = try source.plan(request)
        #expect(plan.revocability == .expiry && plan.lifetime == .seconds(60))
        let minted = try await source.mint(request)
        #expect(minted.fields.keys.sorted() == ["accessKeyId", "secretAccessKey", "sessionToken"])
        let expires = try #require(minted.expires)
        #expect(expires.millisecondsSince1970 - Timestamp.now().millisecondsSince1970 <= 60_000)

        let form = try JSON(parsing: component.file("form.json"))
        #expect(form["Action"] == "AssumeRole" && form["DurationSeconds"] == "900")
        #expect(form["RoleSessionName"] == .string("agentbox-" + request.lease))
        #expect(form["ExternalId"] == "an external id")
        #expect(form["Tags.member.5.Key"] == "agentbox-principal" && form["Tags.member.5.Value"] == "alice@example.com")
        let policy = try JSON(parsing: form["Policy"]?.stringValue ?? "")
        let statement = try #require(policy["Statement"]?[0])
        #expect(policy["Version"] == "2012-10-17" && policy["Statement"]?.arrayValue?.count == 1)
        #expect(statement["Effect"] == "Allow" && statement["Action"] == ["s3:GetObject"])
        #expect(statement["Resource"] == ["arn:aws:s3:::bucket/key"])
        #expect(statement["Condition"]?["StringEquals"] == ["aws:RequestedRegion": "eu-central-1"])
        let until = statement["Condition"]?["DateLessThan"]?["aws:CurrentTime"]?.stringValue ?? ""
        #expect(until == expires.description.prefix(19) + "Z")

        // Nobody ends it, and that is what the probe says.
        try await source.revoke(minted.handle, with: minted)
        #expect(await source.probe(minted.handle, with: minted).isAccepted)
        var past = minted.handle
        past.details = ["until": "2026-01-01T00:00:00.000Z"]
        #expect(await source.probe(past, with: minted).isUnknown)
        #expect(await source.probe(minted.handle, with: nil).isUnknown)
        await fixture.process.close()
    }

    @Test("a session that is over is refused")
    func over() async throws {
        let mark = component.folder + "/expire"
        _ = Command.run(["touch", mark])
        defer { unlink(mark) }
        let minted = try await source().mint(SourceFixture.request(Self.scope))
        #expect(try await source().probe(minted.handle, with: minted).isRefused)
        await fixture.process.close()
    }

    @Test("a wrong key is told as such, without the key that the server names")
    func wrongKey() async throws {
        let error = await #expect(throws: CredentialError.self) {
            try await source(secret: "another-key").mint(SourceFixture.request(Self.scope))
        }
        #expect(error?.reason == .refused && error?.message.contains("SignatureDoesNotMatch") == true)
        #expect(error?.description.contains("another-key") == false)
        await fixture.process.close()
    }

    @Test(
        "a scope that would reach further is refused",
        arguments: [
            ["allow": [["actions": ["*"], "resources": ["*"]]]], ["allow": []],
            [
                "allow": [
                    [
                        "actions": ["s3:GetObject"], "resources": ["*"],
                        "conditions": ["DateLessThan": ["AWS:currenttime": "2099-01-01T00:00:00Z"]],
                    ]
                ]
            ],
            ["allow": [["actions": ["s3:GetObject"], "resources": ["*"], "effect": "Deny"]]],
        ] as [JSON])
    func scopes(scope: JSON) throws {
        #expect(throws: CredentialError.self) { try source().plan(SourceFixture.request(scope)) }
    }

    @Test("a policy longer than AWS takes is refused before it is asked")
    func longPolicy() async throws {
        let resources = (0..<60).map { JSON.string("arn:aws:s3:::bucket/a-rather-long-key-\($0)-and-more-of-it") }
        let error = await #expect(throws: CredentialError.self) {
            try await source().mint(
                SourceFixture.request(["allow": [["actions": ["s3:GetObject"], "resources": .array(resources)]]]))
        }
        #expect(error?.reason == .unsupported)
        await fixture.process.close()
    }
}
